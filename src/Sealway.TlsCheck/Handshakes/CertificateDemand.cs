namespace Sealway.TlsCheck.Handshakes;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.TlsCheck.Wire;

/// <summary>A CertificateRequest (RFC 5246 section 7.4.4, RFC 8446 section 4.3.2).</summary>
/// <param name="Context">What the answer repeats; empty before TLS 1.3.</param>
/// <param name="Schemes">The signature schemes that the server takes; empty before TLS 1.2.</param>
/// <param name="Authorities">The names of authorities, at most 64.</param>
internal sealed record CertificateDemand(byte[] Context, IReadOnlyList<ushort> Schemes, IReadOnlyList<string> Authorities)
{
    private const int MostNames = 64;

    /// <exception cref="MalformedException">It does not fit.</exception>
    public static CertificateDemand Read(ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        WireReader reader = new(body);
        if (version == ProtocolVersion.Tls13)
        {
            byte[] context = reader.Vector8().ToArray();
            Extensions extensions = Extensions.Read(ref reader);
            reader.RequireEnd("CertificateRequest");
            return new CertificateDemand(
                context,
                extensions.Body(ExtensionType.SignatureAlgorithms) is { } schemes ? Schemes16(schemes) : [],
                extensions.Body(ExtensionType.CertificateAuthorities) is { } names ? Names(new WireReader(names).Vector16()) : []);
        }

        reader.Vector8();
        ushort[] taken = [];
        if (version == ProtocolVersion.Tls12)
        {
            WireReader list = new(reader.Vector16());
            List<ushort> read = [];
            while (!list.AtEnd)
            {
                read.Add(list.Short());
            }

            taken = [.. read];
        }

        string[] authorities = Names(reader.Vector16());
        reader.RequireEnd("CertificateRequest");
        return new CertificateDemand([], taken, authorities);
    }

    private static ushort[] Schemes16(byte[] body)
    {
        WireReader list = new(new WireReader(body).Vector16());
        List<ushort> read = [];
        while (!list.AtEnd)
        {
            read.Add(list.Short());
        }

        return [.. read];
    }

    private static string[] Names(ReadOnlySpan<byte> list)
    {
        WireReader reader = new(list);
        List<string> names = [];
        while (!reader.AtEnd)
        {
            byte[] name = reader.Vector16().ToArray();
            if (names.Count < MostNames)
            {
                names.Add(Printable(name));
            }
        }

        return [.. names];
    }

    private static string Printable(byte[] name)
    {
        try
        {
            return Judging.Text.Printable(new X500DistinguishedName(name).Name);
        }
        catch (CryptographicException)
        {
            return "unreadable";
        }
    }
}
