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
