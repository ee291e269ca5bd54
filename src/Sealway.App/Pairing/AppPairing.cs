namespace Sealway.App;

using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>Makes an app a member of a home: its keys are on disk before anyone hears of them, and the gateway is known by the code's hash of its key.</summary>
public static class AppPairing
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Pairs.</summary>
    /// <param name="code">The code that the gateway shows.</param>
    /// <param name="folder">The member's folder; nothing is in it yet.</param>
    /// <param name="label">What its owner calls it, at most 64 bytes.</param>
    /// <param name="passphrase">Locks the member's keys; empty: they are not locked. The caller erases it.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>What the folder's <c>app.json</c> says.</returns>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Untrusted"/>: somebody else answers than who made the code; <see cref="LinkRefusal.Forbidden"/> or <see cref="LinkRefusal.Expired"/>: the code is wrong or over.</exception>
    /// <exception cref="MessageException">The gateway's answer is not one.</exception>
    /// <exception cref="FleetFileException">The folder is in use or cannot be written.</exception>
    public static Task<AppFile> PairAsync(PairingCode code, string folder, string label, ReadOnlySpan<char> passphrase = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(label);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new FleetFileException(folder, "there is something already; keys are made in a new folder");
        }

        PrivateFile.CreateFolder(folder);
        PairingKeys keys = PairingKeys.Make(folder, passphrase);
        char[] lockedWith = passphrase.ToArray();
        return PairAsync(code, folder, label, keys, lockedWith, cancellation);
    }

    private static async Task<AppFile> PairAsync(PairingCode code, string folder, string label, PairingKeys keys, char[] passphrase, CancellationToken cancellation)
    {
        try
        {
            PairingRequest request = new(
                Convert.ToHexStringLower(code.Secret.Span),
                Convert.ToHexStringLower(keys.Signing.PublicKey.ToCoseKey()),
                Convert.ToHexStringLower(keys.Agreement.PublicKey.ToCoseKey()),
                keys.CertificateRequest(),
                label);
            request.ReadLabel();
            PairingAnswer answer = await AskAsync(code, request, cancellation).ConfigureAwait(false);
            return Save(folder, answer, keys, passphrase);
        }
        catch
        {
            PairingKeys.Remove(folder);
            throw;
        }
        finally
        {
            Array.Clear(passphrase);
            keys.Dispose();
        }
    }

    private static async Task<PairingAnswer> AskAsync(PairingCode code, PairingRequest request, CancellationToken cancellation)
    {
        bool wrongKey = false;
        using SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                EncryptionPolicy = EncryptionPolicy.RequireEncryption,
                AllowTlsResume = false,
                AllowRenegotiation = false,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,

                // Nothing that a stranger's certificate points to is fetched.
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },

                // The code says exactly which key; names and issuers have nothing to add.
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    bool right = certificate is X509Certificate2 shown
                        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(shown.PublicKey.ExportSubjectPublicKeyInfo()), code.KeyHash.Span);
                    wrongKey = !right;
                    return right;
                },
            },
        };
        using HttpClient http = new(handler) { Timeout = _patience, MaxResponseContentBufferSize = PairingRequest.MostBytes };
        try
        {
            using ByteArrayContent body = new(PairingJson.Write(request)) { Headers = { ContentType = new("application/json") } };
            using HttpResponseMessage response = await http.PostAsync(new Uri($"https://{code.Address}/pair"), body, cancellation).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => PairingJson.Read<PairingAnswer>(answer),
                HttpStatusCode.Forbidden => throw Refused(answer),
                _ => throw new LinkException(LinkRefusal.BadRequest, $"the gateway refused to pair: {Printable(answer)}"),
            };
        }
        catch (HttpRequestException e)
        {
            throw wrongKey
                ? new LinkException(LinkRefusal.Untrusted, $"somebody else answers at {code.Address} than who made this code; pair in the gateway's own network, with a new code", e)
                : new LinkException(LinkRefusal.Unreachable, $"nobody pairs at {code.Address}: {e.Message}; codes last ten minutes and are used once", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new LinkException(LinkRefusal.TooSlow, $"{code.Address} does not answer", e);
        }
    }

    private static LinkException Refused(byte[] answer)
    {
        string text = Printable(answer);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Enum.TryParse(text[..colon], out LinkRefusal reason) && Enum.IsDefined(reason)
            ? new LinkException(reason, $"the gateway says: {text[(colon + 1)..].Trim()}")
            : new LinkException(LinkRefusal.Forbidden, $"the gateway says: {text}");
    }

    private static string Printable(byte[] answer) =>
        new([.. Encoding.UTF8.GetString(answer).Take(256).Select(c => c is >= ' ' and <= '~' ? c : '?')]);

    private static AppFile Save(string folder, PairingAnswer answer, PairingKeys keys, char[] passphrase)
    {
        if (!LogId.IsName(answer.Name) || !LogId.IsName(answer.Fleet) || !LogId.IsName(answer.GatewayName) || !HostPort.TryParse(answer.CloudHttps, out HostPort cloud))
        {
            throw new MessageException(Refusal.WrongText, "pairing: answer");
        }

        AppFile file = new(LogId.Parse(answer.Log), LogId.Parse(answer.Registry), cloud, answer.GatewayName, answer.Owner);
        if (file.Log.Name != answer.GatewayName || file.Registry != new LogId(answer.Fleet, 0))
        {
            throw new MessageException(Refusal.Contradiction, "pairing: answer");
        }

        using Identity identity = keys.ToIdentity(answer);

        // party.json, which the identity writes last, makes the folder whole.
        file.Save(folder);
        identity.Save(folder, passphrase);
        return file;
    }
}
