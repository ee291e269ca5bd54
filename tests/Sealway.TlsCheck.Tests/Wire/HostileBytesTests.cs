namespace Sealway.TlsCheck.Tests.Wire;

using CsCheck;
using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Tests.Servers;
using Sealway.TlsCheck.Wire;
using Xunit;

public sealed class HostileBytesTests
{
    private static readonly byte[][] Flights =
    [
        ScriptedServer.ServerHello(ProtocolVersion.Tls12, 0xC02F, (ExtensionType.RenegotiationInfo, [0]), (ExtensionType.Heartbeat, [1])).Raw,
        ScriptedServer.ServerHello(ProtocolVersion.Tls12, 0x1301, (ExtensionType.SupportedVersions, [3, 4]), (ExtensionType.KeyShare, [0, 29, 0, 2, 1, 2])).Raw,
        ScriptedServer.Certificate([1, 2, 3], [4, 5]).Raw,
        [12, 0, 0, 16, 3, 0, 23, 4, 1, 2, 3, 4, 4, 3, 0, 4, 5, 6, 7, 8],
        [12, 0, 0, 18, 0, 2, 0xFF, 0xFB, 0, 1, 2, 0, 2, 3, 4, 8, 4, 0, 3, 5, 6, 7],
        [13, 0, 0, 15, 1, 1, 0, 2, 4, 3, 0, 8, 0, 6, 0x30, 4, 0x31, 2, 5, 0],
        [13, 0, 0, 11, 0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3],
        [8, 0, 0, 2, 0, 0],
        [0x80, 20, 4, 0, 1, 0, 2, 0, 2, 0, 3, 0, 1, 7, 7, 1, 0, 0x80, 9, 9],
    ];

    [Fact]
    public void Whatever_a_server_sends_is_read_or_refused_by_name() =>
        Gen.Select(Gen.Int[0, Flights.Length - 1].Select(at => Flights[at]), Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[0, 6], Gen.Byte.Array[0, 40])
            .Sample(
                (flight, changes, tail) =>
                {
                    byte[] bytes = [.. flight, .. tail];
                    foreach ((int at, byte value) in changes)
                    {
                        bytes[at % bytes.Length] = value;
                    }

                    Read(bytes);
                },
                iter: 20_000);

    [Fact]
    public void Random_bytes_are_read_or_refused_by_name() => Gen.Byte.Array[0, 300].Sample(Read, iter: 20_000);

    [Theory]
    [InlineData("0200000026")]
    [InlineData("160301ffff")]
    [InlineData("1603014801")]
    [InlineData("1602000001")]
    [InlineData("ffffffffff")]
    public void A_header_that_is_none_is_refused(string hex) =>
        Assert.Throws<MalformedException>(() => RecordHeader.Read(Convert.FromHexString(hex)));

    [Fact]
    public void A_message_that_says_that_it_is_giant_is_refused_before_it_is_kept()
    {
        HandshakeBuffer buffer = new();
        buffer.Add([11, 0xFF, 0xFF, 0xFF]);
        Assert.Throws<MalformedException>(buffer.Next);
    }

    [Fact]
    public void An_extension_that_comes_twice_is_refused() =>
        Assert.Throws<MalformedException>(() => ServerHello.Read(ScriptedServer.ServerHello(ProtocolVersion.Tls12, 1, (1, []), (1, [])).Body));

    private static void Read(byte[] bytes)
    {
        Allowed(() => ServerHello.Read(Body(bytes)).Share());
        Allowed(() => _ = ServerHello.Read(Body(bytes)).Group);
        Allowed(() => CertificateList.Read(Body(bytes), tls13: false));
        Allowed(() => CertificateList.Read(Body(bytes), tls13: true));
        Allowed(() => ServerKeyExchange.Read(Body(bytes), CipherSuites.Of(0xC02F), ProtocolVersion.Tls12));
        Allowed(() => ServerKeyExchange.Read(Body(bytes), CipherSuites.Of(0x009E), ProtocolVersion.Tls12));
        Allowed(() => ServerKeyExchange.Read(Body(bytes), CipherSuites.Of(0x0034), ProtocolVersion.Tls10));
        Allowed(() => CertificateDemand.Read(Body(bytes), ProtocolVersion.Tls12));
        Allowed(() => CertificateDemand.Read(Body(bytes), ProtocolVersion.Tls13));
        Allowed(() => Ssl2Hello.Read(bytes.Length > 2 ? bytes.AsSpan(2) : bytes));
        Allowed(() =>
        {
            HandshakeBuffer buffer = new();
            buffer.Add(bytes);
            while (buffer.Next() is not null)
            {
            }
        });
    }

    private static ReadOnlySpan<byte> Body(byte[] bytes) => bytes.Length > 4 ? bytes.AsSpan(4) : bytes;

    private static void Allowed(Action read)
    {
        try
        {
            read();
        }
        catch (MalformedException)
        {
            // The one way to refuse.
        }
    }
}
