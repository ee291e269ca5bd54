namespace Sealway.TlsCheck.Handshakes;

using System.Security.Cryptography;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>The first two messages of SSL 2 (the Netscape specification of 1995; RFC 6101 appendix E).</summary>
internal sealed class Ssl2Hello
{
    private const byte ClientHelloType = 1;
    private const byte ServerHelloType = 4;

    private Ssl2Hello(IReadOnlyList<CipherSuite> suites, byte[] certificate)
    {
        Suites = suites;
        Certificate = certificate;
    }

    /// <summary>What the server has of what was offered.</summary>
    public IReadOnlyList<CipherSuite> Suites { get; }

    /// <summary>In DER.</summary>
    public byte[] Certificate { get; }

    /// <summary>A CLIENT-HELLO with its record header.</summary>
    public static byte[] Write()
    {
        WireWriter kinds = new();
        foreach (CipherSuite suite in CipherSuites.For(ProtocolVersion.Ssl2))
        {
            kinds.Medium(suite.Id);
        }

        byte[] specs = kinds.ToArray();
        byte[] challenge = RandomNumberGenerator.GetBytes(16);
        byte[] body = new WireWriter().Byte(ClientHelloType).Short((ushort)ProtocolVersion.Ssl2)
            .Short(specs.Length).Short(0).Short(challenge.Length).Bytes(specs).Bytes(challenge).ToArray();
        return new WireWriter().Short(0x8000 | body.Length).Bytes(body).ToArray();
    }

    /// <summary>How long the record is that two bytes announce, or null if they announce none of SSL 2.</summary>
    public static int? Length(ReadOnlySpan<byte> two) => (two[0] & 0x80) != 0 ? ((two[0] & 0x7F) << 8) | two[1] : null;

    /// <summary>Reads a SERVER-HELLO without its record header.</summary>
    /// <exception cref="MalformedException">It is none.</exception>
    public static Ssl2Hello Read(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        if (reader.Byte() != ServerHelloType)
        {
            throw new MalformedException("not a SERVER-HELLO of SSL 2");
        }

        reader.Byte();
        reader.Byte();
        if (reader.Short() != (ushort)ProtocolVersion.Ssl2)
        {
            throw new MalformedException("a SERVER-HELLO of another version");
        }

        int certificate = reader.Short();
        int specs = reader.Short();
        int connection = reader.Short();
        byte[] der = reader.Take(certificate).ToArray();
        WireReader kinds = new(reader.Take(specs));
        reader.Take(connection);
        reader.RequireEnd("SERVER-HELLO");
        List<CipherSuite> suites = [];
        while (!kinds.AtEnd)
        {
            suites.Add(CipherSuites.Of(kinds.Medium()));
        }

        return new Ssl2Hello(suites, der);
    }
}
