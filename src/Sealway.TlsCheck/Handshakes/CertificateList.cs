namespace Sealway.TlsCheck.Handshakes;

using Sealway.TlsCheck.Wire;

/// <summary>The server's certificates as it sent them (RFC 5246 section 7.4.2, RFC 8446 section 4.4.2).</summary>
/// <param name="Certificates">In DER, the server's own first.</param>
/// <param name="Stapled">Whether an OCSP answer came with the first.</param>
internal sealed record CertificateList(IReadOnlyList<byte[]> Certificates, bool Stapled)
{
    private const int Most = 32;

    /// <exception cref="MalformedException">It does not fit.</exception>
    public static CertificateList Read(ReadOnlySpan<byte> body, bool tls13)
    {
        WireReader reader = new(body);
        if (tls13 && reader.Vector8().Length > 0)
        {
            throw new MalformedException("a server's certificate with a request context");
        }

        WireReader list = new(reader.Vector24());
        reader.RequireEnd("Certificate");
        List<byte[]> certificates = [];
        bool stapled = false;
        while (!list.AtEnd)
        {
            if (certificates.Count == Most)
            {
                throw new MalformedException($"more than {Most} certificates");
            }

            certificates.Add(list.Vector24().ToArray());
            if (tls13)
            {
                stapled |= Extensions.Read(ref list).Has(ExtensionType.StatusRequest) && certificates.Count == 1;
            }
        }

        return new CertificateList(certificates, stapled);
    }

    /// <summary>Our own list, empty without a certificate.</summary>
    public static byte[] Write(IEnumerable<byte[]> certificates, bool tls13)
    {
        WireWriter list = new();
        foreach (byte[] certificate in certificates)
        {
            list.Vector24(certificate);
            if (tls13)
            {
                list.Short(0);
            }
        }

        WireWriter all = new();
        return (tls13 ? all.Vector8([]) : all).Vector24(list.ToArray()).ToArray();
    }
}
