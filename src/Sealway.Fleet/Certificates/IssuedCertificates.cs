namespace Sealway.Fleet;

using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealway.Messages;

/// <summary>
/// The authority's journal of the certificates it has signed, <c>issued.txt</c>: one line each, <c>issuer serial kid not-after</c>. A certificate is on disk here
/// before it is handed out, because CRLs name certificates by their serial numbers, and who forgot one could never withdraw it there. Nothing in it is secret.
/// </summary>
/// <param name="path">The file; made with the first line.</param>
public sealed class IssuedCertificates(string path)
{
    // Far more than a fleet's; what is longer is not this file.
    private const long LargestFile = 1L << 30;
    private const int Fields = 4;

    private readonly Lock _writing = new();

    /// <summary>Notes a certificate, durably.</summary>
    /// <exception cref="FleetFileException">It cannot be written: the certificate must not be handed out.</exception>
    public void Add(X509Certificate2 certificate, Kid kid)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        string line = string.Create(CultureInfo.InvariantCulture, $"{IssuerOf(certificate)} {certificate.SerialNumber.ToLowerInvariant()} {kid} {certificate.NotAfter.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}\n");
        lock (_writing)
        {
            try
            {
                using FileStream file = new(path, Options());

                // A line that a power cut has torn is ended here, so that it spoils no other.
                file.Seek(0, SeekOrigin.End);
                if (file.Length > 0)
                {
                    file.Seek(-1, SeekOrigin.End);
                    line = file.ReadByte() == '\n' ? line : "\n" + line;
                }

                file.Write(Encoding.ASCII.GetBytes(line));
                file.Flush(flushToDisk: true);
            }
            catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
            {
                throw new FleetFileException(path, "the certificate cannot be noted, and so is not handed out", inner);
            }
        }
    }

    /// <summary>What was noted, in the order of issue; a torn line is left out: its certificate was never handed out.</summary>
    /// <exception cref="FleetFileException">The file cannot be read, or is not such a journal.</exception>
    public IReadOnlyList<IssuedCertificate> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                throw new FleetFileException(path, "it is too long for a journal of certificates");
            }

            return [.. File.ReadLines(path).Select(Parse).OfType<IssuedCertificate>()];
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            throw new FleetFileException(path, "it cannot be read", inner);
        }
    }

    /// <summary>The subject key identifier of a certificate's issuer, in hexadecimal digits.</summary>
    internal static string IssuerOf(X509Certificate2 certificate)
    {
        X509AuthorityKeyIdentifierExtension? issuer = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault();
        return issuer?.KeyIdentifier is { } id ? Convert.ToHexStringLower(id.Span) : "-";
    }

    // Others may read it, whatever the umask; only its owner may write it.
    private static FileStreamOptions Options()
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        return options;
    }

    private static IssuedCertificate? Parse(string line)
    {
        string[] fields = line.Split(' ');
        return fields.Length == Fields
            && Kid.TryParse(fields[2], out Kid kid)
            && DateTimeOffset.TryParseExact(fields[3], "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset notAfter)
            ? new IssuedCertificate(fields[0], fields[1], kid, notAfter)
            : null;
    }
}
