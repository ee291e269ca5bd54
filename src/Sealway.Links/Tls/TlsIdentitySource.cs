namespace Sealway.Links;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;

/// <summary>The TLS identity in use; replaced while connections stand. Each handshake asks <see cref="Current"/>; whoever shook hands before keeps what they have.</summary>
public sealed class TlsIdentitySource : IDisposable
{
    private readonly Lock _reloading = new();
    private readonly string? _folder;
    private readonly char[] _password;
    private readonly TimeProvider _time;
    private volatile TlsIdentity _current;
    private byte[] _read;
    private volatile bool _disposed;

    private TlsIdentitySource(TlsIdentity first, string? folder, ReadOnlySpan<char> password, byte[] read, TimeProvider time)
    {
        _current = first;
        _folder = folder;
        _password = password.ToArray();
        _read = read;
        _time = time;
    }

    /// <summary>Told after the identity was replaced, on the thread that asked for it; must be quick.</summary>
    public event Action? Changed;

    /// <summary>The identity for the next handshake.</summary>
    public TlsIdentity Current => _current;

    /// <summary>An identity that stays as it is.</summary>
    /// <param name="identity">Owned from here on.</param>
    public static TlsIdentitySource Of(TlsIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new TlsIdentitySource(identity, null, default, [], TimeProvider.System);
    }

    /// <summary>A party's own identity, as its folder held it at the start; it stays as it is.</summary>
    /// <param name="identity">Not owned: certificates and key are copied.</param>
    public static TlsIdentitySource Of(Identity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return Of(TlsIdentity.From(new X509Certificate2(identity.Certificate), [new X509Certificate2(identity.Ca)]));
    }

    /// <summary>Reads <c>tls.key</c>, <c>tls.crt</c> and <c>ca.crt</c> of a party's folder, and again at each <see cref="Reload"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="password">What <c>tls.key</c> is locked with; a copy is kept, for the reloads.</param>
    /// <param name="time">The clock that a replacement is judged by; the system's when null.</param>
    /// <exception cref="LinkException">A file is missing or wrong, or they do not belong together; the text names it.</exception>
    public static TlsIdentitySource FromFolder(string folder, ReadOnlySpan<char> password = default, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        byte[] read = Digest(folder);
        return new TlsIdentitySource(TlsIdentity.Load(folder, password), folder, password, read, time ?? TimeProvider.System);
    }

    /// <summary>
    /// Reads the folder again. The replacement must be of the same party, of an authority in the new <c>ca.crt</c>, and valid now: else it is refused and the
    /// old one stays in use. To replace key and certificate, write both and then reload; between the two files they do not fit, and a reload then is refused.
    /// </summary>
    /// <returns>True if it was replaced; false if the files are what they were, or there is no folder.</returns>
    /// <exception cref="LinkException">The replacement does not do; the text says why and what to do.</exception>
    public bool Reload()
    {
        if (_folder is null)
        {
            return false;
        }

        lock (_reloading)
        {
            if (_disposed)
            {
                return false;
            }

            byte[] read = Digest(_folder);
            if (read.AsSpan().SequenceEqual(_read))
            {
                return false;
            }

            TlsIdentity next = TlsIdentity.Load(_folder, _password);
            if (Wrong(next) is { } wrong)
            {
                next.Dispose();
                throw new LinkException(wrong.Reason, $"the new TLS identity in '{_folder}' will not do, the old one stays in use: {wrong.Text}");
            }

            // The old one is left to the garbage collector: handshakes under way still use its key.
            _current = next;
            _read = read;
        }

        Changed?.Invoke();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_reloading)
        {
            _disposed = true;
            Array.Clear(_password);
            _current.Dispose();
        }
    }

    // What decides whether anything changed: contents, not times, which copying tools keep.
    private static byte[] Digest(string folder)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in TlsIdentity.Files)
        {
            string path = Path.Combine(folder, file);
            try
            {
                hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LinkException(LinkRefusal.NoCertificate, $"the TLS identity in '{folder}' cannot be read: {e.Message}", e);
            }
        }

        return hash.GetHashAndReset();
    }

    private PeerRefusal? Wrong(TlsIdentity next)
    {
        PeerIdentity self = _current.Self;
        if ((next.Self.Name, next.Self.Kid, next.Self.Role) != (self.Name, self.Kid, self.Role))
        {
            return new PeerRefusal(LinkRefusal.WrongName, $"it is of {next.Self}, and this is {self}; a party with a new signing key must be started anew");
        }

        // Some serve, all connect; a certificate for one of both is enough here, and each handshake asks for the right one.
        DateTimeOffset now = _time.GetUtcNow();
        return next.Check(asServer: false, now) is { Reason: not LinkRefusal.WrongPurpose } wrong ? wrong : null;
    }
}
