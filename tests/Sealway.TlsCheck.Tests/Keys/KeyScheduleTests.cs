namespace Sealway.TlsCheck.Tests.Keys;

using System.Security.Cryptography;
using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Keys;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;
using Xunit;

/// <summary>The trace of RFC 8448 section 3 (simple 1-RTT handshake) and, for the binder, section 4.</summary>
public sealed class KeyScheduleTests
{
    private static readonly byte[] ClientHello = Convert.FromHexString("010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001");
    private static readonly byte[] ServerHelloMessage = Convert.FromHexString("020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304");
    private static readonly byte[] EncryptedExtensions = Convert.FromHexString("080000240022000a00140012001d00170018001901000101010201030104001c0002400100000000");
    private static readonly byte[] Certificate = Convert.FromHexString("0b0001b9000001b50001b0308201ac30820115a003020102020102300d06092a864886f70d01010b0500300e310c300a06035504031303727361301e170d3136303733303031323335395a170d3236303733303031323335395a300e310c300a0603550403130372736130819f300d06092a864886f70d010101050003818d0030818902818100b4bb498f8279303d980836399b36c6988c0c68de55e1bdb826d3901a2461eafd2de49a91d015abbc9a95137ace6c1af19eaa6af98c7ced43120998e187a80ee0ccb0524b1b018c3e0b63264d449a6d38e22a5fda430846748030530ef0461c8ca9d9efbfae8ea6d1d03e2bd193eff0ab9a8002c47428a6d35a8d88d79f7f1e3f0203010001a31a301830090603551d1304023000300b0603551d0f0404030205a0300d06092a864886f70d01010b05000381810085aad2a0e5b9276b908c65f73a7267170618a54c5f8a7b337d2df7a594365417f2eae8f8a58c8f8172f9319cf36b7fd6c55b80f21a03015156726096fd335e5e67f2dbf102702e608ccae6bec1fc63a42a99be5c3eb7107c3c54e9b9eb2bd5203b1c3b84e0a8b2f759409ba3eac9d91d402dcc0cc8f8961229ac9187b42b4de10000");
    private static readonly byte[] CertificateVerify = Convert.FromHexString("0f000084080400805a747c5d88fa9bd2e55ab085a61015b7211f824cd484145ab3ff52f1fda8477b0b7abc90db78e2d33a5c141a078653fa6bef780c5ea248eeaaa785c4f394cab6d30bbe8d4859ee511f602957b15411ac027671459e46445c9ea58c181e818e95b8c3fb0bf3278409d3be152a3da5043e063dda65cdf5aea20d53dfacd42f74f3");
    private static readonly byte[] Shared = Convert.FromHexString("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d");

    [Fact]
    public void The_schedule_gives_the_secrets_of_the_published_trace()
    {
        KeySchedule schedule = new(HashAlgorithmName.SHA256);
        Assert.Equal("33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a", Hex(schedule.Early));
        schedule.Agree(Shared);
        Assert.Equal("1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac", Hex(schedule.Handshake));
        Assert.Equal("18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919", Hex(schedule.Master));
        byte[] hellos = SHA256.HashData([.. ClientHello, .. ServerHelloMessage]);
        Assert.Equal("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21", Hex(schedule.Derive(schedule.Handshake, "c hs traffic", hellos)));
        byte[] server = schedule.Derive(schedule.Handshake, "s hs traffic", hellos);
        Assert.Equal("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38", Hex(server));
        Assert.Equal("3fce516009c21727d0f2e4e86ee403bc", Hex(KeySchedule.ExpandLabel(HashAlgorithmName.SHA256, server, "key", [], 16)));
        Assert.Equal("5d313eb2671276ee13000b30", Hex(KeySchedule.ExpandLabel(HashAlgorithmName.SHA256, server, "iv", [], 12)));
        Assert.Equal("9b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718", Hex(schedule.FinishedMac(server, SHA256.HashData([.. ClientHello, .. ServerHelloMessage, .. EncryptedExtensions, .. Certificate, .. CertificateVerify]))));
    }

    [Fact]
    public void The_signature_of_the_published_trace_fits_its_certificate_and_no_other_content()
    {
        CertificateList list = CertificateList.Read(Certificate.AsSpan(4), tls13: true);
        byte[] content = SignatureCheck.Tls13Content(SHA256.HashData([.. ClientHello, .. ServerHelloMessage, .. EncryptedExtensions, .. Certificate]), server: true);
        byte[] signature = CertificateVerify[8..];
        Assert.Equal(Answer.Yes, SignatureCheck.Verify(list.Certificates[0], 0x0804, content, signature, tls13: true));
        Assert.Equal(Answer.No, SignatureCheck.Verify(list.Certificates[0], 0x0804, [.. content, 0], signature, tls13: true));
        Assert.Equal(Answer.No, SignatureCheck.Verify(list.Certificates[0], 0x0401, content, signature, tls13: true));
    }

    [Fact]
    public void The_hello_of_the_published_trace_is_read_field_by_field()
    {
        ServerHello hello = ServerHello.Read(ServerHelloMessage.AsSpan(4));
        Assert.Equal(ProtocolVersion.Tls13, hello.Version);
        Assert.Equal((ushort)0x1301, hello.Suite);
        Assert.Equal(NamedGroups.X25519, hello.Group);
        Assert.Equal("c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f", Hex(hello.Share()));
        Assert.False(hello.IsRetry);
        Assert.Null(hello.Sentinel);
    }

    [Fact]
    public void The_function_of_tls12_gives_the_published_bytes()
    {
        // The vector for P_SHA256 that went round the TLS working group in 2009.
        byte[] made = OldKeys.Prf(ProtocolVersion.Tls12, HashAlgorithmName.SHA256, Convert.FromHexString("9bbe436ba940f017b17652849a71db35"), "test label", Convert.FromHexString("a0ba9f936cda311827a6f796ffd5198c"), 100);
        Assert.Equal("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66", Hex(made));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
