namespace Sealway.Links;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>A device's first enrolment: with its factory certificate it gets its first TLS certificate, and its folder becomes that of a party of the fleet.</summary>
public static class DeviceEnrolment
{
    /// <summary>Enrols. After a power cut at any moment the device is either enrolled or as it was.</summary>
    /// <param name="folder">The device's folder, as the factory made it.</param>
    /// <param name="passphrase">Gives what locks its keys, empty where they are not locked; erased here after each use.</param>
    /// <param name="server">Where the authority's EST server listens.</param>
    /// <param name="ca">The fleet's issuing certificate in PEM; the server is known by it.</param>
    /// <param name="authority">The fleet's pin.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Who the device now is.</returns>
    /// <exception cref="LinkException">The server cannot be reached or refuses, or what it gave is not this device's.</exception>
    /// <exception cref="FleetFileException">A file is missing, wrong, or cannot be written.</exception>
    public static async Task<PeerIdentity> EnrolAsync(string folder, Func<char[]> passphrase, HostPort server, string ca, PublicKey authority, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        ArgumentNullException.ThrowIfNull(authority);
        FactoryDevice device = FactoryDevice.Load(folder);
        PrivateFile.WritePublic(Path.Combine(folder, "ca.crt"), ca);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X500DistinguishedNameBuilder name = new();
        name.AddCommonName(device.Serial);
        byte[] request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        EstClient client;
        X509Certificate2 issued;
        using (TlsIdentitySource factory = Unlocked(passphrase, secret => FactoryTls.Of(folder, secret, new PeerIdentity(device.Serial, device.Kid, device.Role, DateTimeOffset.MaxValue))))
        {
            client = new EstClient(server, new TlsPolicy(factory, _ => null, time));
            issued = await client.EnrolAsync(request, cancellation).ConfigureAwait(false);
        }

        using (issued)
        {
            X509Certificate2Collection authorities = [];
            authorities.ImportFromPem(ca);
            using TlsIdentity identity = TlsIdentity.From(Paired(issued, key), authorities);
            Require(identity, device, time);
            Unlocked(passphrase, secret =>
            {
                device.Become(folder, key, secret, issued, authorities[0], authority, identity.Self.Name, identity.Self.Role, client.Fleet!);
                return true;
            });
            return identity.Self;
        }
    }

    private static X509Certificate2 Paired(X509Certificate2 issued, ECDsa key)
    {
        try
        {
            return issued.CopyWithPrivateKey(key);
        }
        catch (ArgumentException e)
        {
            throw new LinkException(LinkRefusal.WrongProtocol, "the server gave a certificate for another key", e);
        }
    }

    private static void Require(TlsIdentity identity, FactoryDevice device, TimeProvider time)
    {
        PeerIdentity self = identity.Self;
        if (self.Kid != device.Kid || self.Role != device.Role)
        {
            throw new LinkException(LinkRefusal.WrongName, $"the server gave a certificate of {self}, and this device was made as {device.Role.Word()} with the key {device.Kid}; see what the fleet admitted for serial number {device.Serial}");
        }

        if (identity.Check(asServer: false, time.GetUtcNow()) is { } wrong)
        {
            throw new LinkException(wrong.Reason, $"the server gave a certificate that will not do: {wrong.Text}");
        }
    }

    private static T Unlocked<T>(Func<char[]> passphrase, Func<char[], T> use)
    {
        char[] secret = passphrase();
        try
        {
            return use(secret);
        }
        finally
        {
            Array.Clear(secret);
        }
    }
}
