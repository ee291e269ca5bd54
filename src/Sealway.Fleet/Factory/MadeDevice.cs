namespace Sealway.Fleet;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>One line of a factory's list of what it made: what a fleet needs to admit the device. Nothing in it is secret.</summary>
/// <param name="Serial">The serial number.</param>
/// <param name="Role">What it was made as.</param>
/// <param name="Name">The name that a fleet is to give it.</param>
/// <param name="Model">The maker's words, or null.</param>
/// <param name="Hosts">By which names and addresses it is reached.</param>
/// <param name="Signing">Its signing key.</param>
/// <param name="Agreement">Its HPKE key, or null.</param>
/// <param name="Certificate">Its factory certificate in DER.</param>
public sealed record MadeDevice(string Serial, Role Role, string Name, string? Model, IReadOnlyList<string> Hosts, PublicKey Signing, PublicKey? Agreement, ReadOnlyMemory<byte> Certificate)
{
    internal static readonly string Columns = CsvTable.Line("serial", "role", "name", "model", "hosts", "kid", "signing", "agreement", "certificate");

    /// <summary>SHA-256 of the factory certificate's key (its SubjectPublicKeyInfo), in hexadecimal: what is on the label.</summary>
    public string Thumbprint
    {
        get
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Certificate.Span);
            return Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        }
    }

    /// <summary>Every key of the device, so that none is ever used twice: kids, and the factory key's thumbprint.</summary>
    internal IEnumerable<string> Keys => Agreement is null ? [Signing.Kid.ToString(), Thumbprint] : [Signing.Kid.ToString(), Agreement.Kid.ToString(), Thumbprint];

    /// <summary>The DNS names among the hosts.</summary>
    public IReadOnlyList<string> DnsNames => [.. Hosts.Where(host => !IPAddress.TryParse(host, out _))];

    /// <summary>The IP addresses among the hosts.</summary>
    public IReadOnlyList<IPAddress> Addresses => [.. Hosts.Select(host => IPAddress.TryParse(host, out IPAddress? address) ? address : null).OfType<IPAddress>()];

    /// <summary>Reads a factory's list.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FleetFileException">It cannot be read, or a line is wrong; the text names it.</exception>
    public static IReadOnlyList<MadeDevice> ReadList(string path)
    {
        CsvTable table = CsvTable.Read(path);
        return CsvTable.Line([.. table.Columns]) == Columns
            ? [.. table.Rows.Select(row => Read(path, table, row.Line, row.Fields))]
            : throw new FleetFileException(path, $"it is no list of made devices: its first line must be {Columns}");
    }

    internal string ToLine() => CsvTable.Line(
        Serial,
        Role.Word(),
        Name,
        Model ?? "",
        string.Join(' ', Hosts),
        Signing.Kid.ToString(),
        Convert.ToBase64String(Signing.Point.Span),
        Agreement is null ? "" : Convert.ToBase64String(Agreement.Point.Span),
        Convert.ToBase64String(Certificate.Span));

    private static MadeDevice Read(string path, CsvTable table, int line, string[] fields)
    {
        try
        {
            string Field(string column) => table.Field(fields, column);
            PublicKey signing = PublicKey.FromPoint(Convert.FromBase64String(Field("signing")), KeyUse.Sign);
            byte[] certificate = Convert.FromBase64String(Field("certificate"));
            string[] hosts = Field("hosts").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return RoleWords.TryParse(Field("role"), out Role role) && FactoryIdentity.IsSerial(Field("serial")) && LogId.IsName(Field("name"))
                && signing.Kid.ToString() == Field("kid") && certificate.Length <= Limits.CertificateBytes
                && hosts.All(host => IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) == UriHostNameType.Dns)
                ? new MadeDevice(
                    Field("serial"),
                    role,
                    Field("name"),
                    Field("model") is { Length: > 0 } model ? model : null,
                    hosts,
                    signing,
                    Field("agreement") is { Length: > 0 } agreement ? PublicKey.FromPoint(Convert.FromBase64String(agreement), KeyUse.Agree) : null,
                    certificate)
                : throw new FleetFileException(path, $"line {line}: a serial number, role, name, host or kid is not one, or does not fit the key");
        }
        catch (Exception inner) when (inner is FormatException or MessageException or CryptographicException)
        {
            throw new FleetFileException(path, $"line {line}: a key or certificate is not one in base64", inner);
        }
    }
}
