namespace Sealway.Messages.Tests;

using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Xunit;

public class KeyTests
{
    private static readonly BigInteger Order = new(Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), isUnsigned: true, isBigEndian: true);

    [Fact]
    public void Every_signature_is_low_and_its_twin_is_refused()
    {
        using SigningKey key = SigningKey.Generate();
        byte[] signature = new byte[64];
        for (int i = 0; i < 100; i++)
        {
            byte[] content = [(byte)i];
            key.Sign(content, signature);
            BigInteger s = new(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
            Assert.True(s * 2 < Order);
            key.PublicKey.Verify(content, signature, "test");
            byte[] twin = [.. signature[..32], .. Padded(Order - s)];
            Assert.Equal(Refusal.HighSignature, Assert.Throws<MessageException>(() => key.PublicKey.Verify(content, twin, "test")).Reason);
            EcdsaOrder.MakeLow(twin);
            Assert.Equal(signature, twin);
        }
    }

    [Fact]
    public void Half_the_order_is_the_last_that_is_low()
    {
        byte[] half = [.. new byte[32], .. Padded(Order / 2)];
        EcdsaOrder.RequireLow(half, "test");
        byte[] next = [.. new byte[32], .. Padded((Order / 2) + 1)];
        Assert.Equal(Refusal.HighSignature, Assert.Throws<MessageException>(() => EcdsaOrder.RequireLow(next, "test")).Reason);
        EcdsaOrder.MakeLow(next);
        Assert.Equal(half, next);
    }

    [Fact]
    public void Making_a_signature_low_gives_the_order_minus_it_or_itself() =>
        Gen.Byte.Array[32].Where(one => new BigInteger(one, isUnsigned: true, isBigEndian: true) < Order && one.Any(b => b != 0)).Sample(s =>
        {
            byte[] signature = [.. new byte[32], .. s];
            EcdsaOrder.MakeLow(signature);
            BigInteger before = new(s, isUnsigned: true, isBigEndian: true);
            BigInteger after = new(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
            return after == BigInteger.Min(before, Order - before);
        });

    // Found by fuzzing: the platform refuses such a curve with an exception of another family.
    [Theory]
    [InlineData("3059301306072a8648ce3d020106082a863fce3d03010703420004e57398de0aee508e46ab71433339b4f8b0e71a62db9793add39e897398de24140fe2e6d140728dbdc2afdba83f909c2434dc0ad9300a3840cea653d08ec11dc3")]
    [InlineData("3059301306072a8648ce3d020106082a8648b23d03010703420004e57398de0aee508e29ab71433339b4f8b0e740cea653d0add39e89a7381a62db0fe575c4c2e38286d96aa7b6abcda316be70f72e6cd6ceef920e97938ec11dc3a0")]
    public void A_key_on_a_curve_that_the_platform_has_never_heard_of_is_refused(string subjectPublicKeyInfo)
    {
        string pem = PemEncoding.WriteString("PUBLIC KEY", Convert.FromHexString(subjectPublicKeyInfo));
        Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => PublicKey.FromPem(pem, KeyUse.Sign)).Reason);
    }

    [Fact]
    public void A_private_key_on_a_curve_that_the_platform_has_never_heard_of_is_refused()
    {
        using SigningKey key = SigningKey.Generate();
        byte[] bytes = Convert.FromBase64String(string.Concat(key.ToPem().Split('\n')[1..^1]));
        int curve = bytes.AsSpan().IndexOf(Convert.FromHexString("2a8648ce3d030107"));
        bytes[curve + 3] ^= 1;
        string pem = PemEncoding.WriteString("PRIVATE KEY", bytes);
        Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => SigningKey.FromPem(pem)).Reason);
        Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => AgreementKey.FromPem(pem)).Reason);
    }

    [Fact]
    public void A_kid_is_the_beginning_of_the_published_thumbprint()
    {
        // RFC 9679 section 6: this key's SHA-256 thumbprint is 496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec.
        PublicKey key = PublicKey.FromPoint(
            [4, .. Convert.FromHexString("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"), .. Convert.FromHexString("1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c")],
            KeyUse.Sign);
        Assert.Equal("496bd8afadf307e5", key.Kid.ToString());
        Assert.Equal(key.Kid, Kid.Parse("496bd8afadf307e5"));
        Assert.Equal(key.Kid, Kid.FromBytes(key.Kid.ToArray()));
        Assert.False(Kid.TryParse("496bd8afadf307e", out _));
        Assert.False(Kid.TryParse("496bd8afadf307eg", out _));
        Assert.False(Kid.TryParse(" 96bd8afadf307e5", out _));
    }

    [Fact]
    public void Private_keys_come_back_from_their_PEM_with_their_passphrase_alone()
    {
        using SigningKey signing = SigningKey.Generate();
        using SigningKey plain = SigningKey.FromPem(signing.ToPem());
        using SigningKey encrypted = SigningKey.FromPem(signing.ToPem("correct horse"), "correct horse");
        Assert.Equal(signing.PublicKey, plain.PublicKey);
        Assert.Equal(signing.PublicKey, encrypted.PublicKey);
        Assert.Contains("ENCRYPTED", signing.ToPem("correct horse"), StringComparison.Ordinal);
        Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => SigningKey.FromPem(signing.ToPem("correct horse"), "wrong horse")).Reason);
        Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => SigningKey.FromPem(signing.ToPem("correct horse"))).Reason);
        Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => SigningKey.FromPem("no key")).Reason);
        using AgreementKey agreement = AgreementKey.Generate();
        using AgreementKey again = AgreementKey.FromPem(agreement.ToPem());
        Assert.Equal(agreement.PublicKey, again.PublicKey);
        Assert.Equal(signing.PublicKey, PublicKey.FromPem(signing.PublicKey.ToPem(), KeyUse.Sign));
    }

    [Fact]
    public void Keys_of_other_curves_are_refused()
    {
        foreach (ECCurve curve in new[] { ECCurve.NamedCurves.nistP384, ECCurve.NamedCurves.nistP521, ECCurve.NamedCurves.brainpoolP256r1 })
        {
            using ECDsa other = ECDsa.Create(curve);
            Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => SigningKey.FromPem(other.ExportPkcs8PrivateKeyPem())).Reason);
            Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => PublicKey.FromPem(other.ExportSubjectPublicKeyInfoPem(), KeyUse.Sign)).Reason);
        }
    }

    [Fact]
    public void An_agreement_key_verifies_nothing()
    {
        PublicKey key = Parties.Agreement("member-0").PublicKey;
        Assert.Equal(Refusal.WrongAlgorithm, Assert.Throws<MessageException>(() => key.Verify("content"u8, new byte[64], "test")).Reason);
    }

    [Fact]
    public void One_key_verifies_for_many_at_once()
    {
        SigningKey key = Parties.Signer("sensor");
        Parallel.For(0, 200, i =>
        {
            byte[] content = BitConverter.GetBytes(i);
            byte[] signature = new byte[64];
            key.Sign(content, signature);
            key.PublicKey.Verify(content, signature, "test");
        });
    }

    private static byte[] Padded(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
