namespace Sealway.Fleet;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>
/// A device as it leaves the factory: <c>factory.key</c>, <c>factory.crt</c>, <c>signing.key</c>, <c>agreement.key</c> (gateways and apps), a sensor's <c>counter</c>,
/// and <c>device.json</c>, which comes last. Enrolment makes the folder a party's, with the files that a party has; these stay.
/// </summary>
/// <param name="Serial">The serial number.</param>
/// <param name="Role">What it was made as.</param>
/// <param name="Kid">The signing key.</param>
public sealed record FactoryDevice(string Serial, Role Role, Kid Kid)
{
    internal const string KeyFile = "factory.key";
    internal const string CertificateFile = "factory.crt";
    internal const string FileName = "device.json";

    /// <summary>Whether a folder is a device's.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName)) && File.Exists(Path.Combine(folder, KeyFile));

    /// <summary>Whether a device is enrolled already: its folder is a party's.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsEnrolled(string folder) => File.Exists(Path.Combine(folder, PartyFile.FileName));

    /// <summary>Reads which device a folder is of.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FleetFileException">The file is missing or damaged.</exception>
    public static FactoryDevice Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string text = PrivateFile.ReadPublic(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            return json.RootElement.GetProperty("serial").GetString() is { } serial && FactoryIdentity.IsSerial(serial)
                && RoleWords.TryParse(json.RootElement.GetProperty("role").GetString(), out Role role)
                && Kid.TryParse(json.RootElement.GetProperty("kid").GetString(), out Kid kid)
                ? new FactoryDevice(serial, role, kid)
                : throw new FleetFileException(path, "a serial number, role or kid in it is not one");
        }
        catch (Exception inner) when (inner is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FleetFileException(path, "it is not an object with the texts serial, role and kid", inner);
        }
    }

    /// <summary>Reads the factory certificate with its key.</summary>
    /// <param name="folder">The device's folder.</param>
    /// <param name="passphrase">What the key is locked with; the caller erases it.</param>
    /// <exception cref="FleetFileException">A file is missing or wrong, or they do not belong together.</exception>
    public static X509Certificate2 LoadCertificate(string folder, ReadOnlySpan<char> passphrase)
    {
        string path = Path.Combine(folder, CertificateFile);
        using X509Certificate2 alone = Identity.CertificateFrom(path);
        using ECDsa key = KeyPem.LoadEcdsa(Path.Combine(folder, KeyFile), passphrase);
        try
        {
            return alone.CopyWithPrivateKey(key);
        }
        catch (ArgumentException inner)
        {
            throw new FleetFileException(path, $"it does not belong to {KeyFile}", inner);
        }
    }

    /// <summary>
    /// Makes the device's folder a party's: <c>tls.key</c>, <c>tls.crt</c>, <c>ca.crt</c>, <c>authority.pub</c>, and <c>party.json</c> last. After a power cut the
    /// device is as it was, and enrols again.
    /// </summary>
    /// <param name="folder">The device's folder.</param>
    /// <param name="key">The new TLS key; the caller disposes it.</param>
    /// <param name="passphrase">Locks it; empty: it is not locked. The caller erases it.</param>
    /// <param name="certificate">The certificate that the fleet issued for it.</param>
    /// <param name="ca">The fleet's issuing certificate.</param>
    /// <param name="authority">The pin.</param>
    /// <param name="name">The name, as the certificate says.</param>
    /// <param name="role">The role, as the certificate says.</param>
    /// <param name="fleet">The fleet's name.</param>
    /// <exception cref="FleetFileException">A file cannot be written.</exception>
    public void Become(string folder, ECDsa key, ReadOnlySpan<char> passphrase, X509Certificate2 certificate, X509Certificate2 ca, PublicKey authority, string name, Role role, string fleet)
    {
        ArgumentNullException.ThrowIfNull(ca);
        ArgumentNullException.ThrowIfNull(authority);
        TlsFiles.Replace(folder, key, passphrase, certificate);
        PrivateFile.WritePublic(Path.Combine(folder, Identity.CaFile), ca.ExportCertificatePem() + "\n");
        PrivateFile.WritePublic(Path.Combine(folder, Identity.AuthorityFile), authority.ToPem() + "\n");
        new PartyFile(name, role, Kid, fleet).Save(folder);
    }

    internal void Save(string folder)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("serial", Serial);
            json.WriteString("role", Role.Word());
            json.WriteString("kid", Kid.ToString());
            json.WriteEndObject();
        }

        PrivateFile.WritePublic(Path.Combine(folder, FileName), Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n");
    }
}
