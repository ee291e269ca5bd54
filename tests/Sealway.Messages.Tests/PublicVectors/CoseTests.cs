namespace Sealway.Messages.Tests;

using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

/// <summary>The COSE working group's examples: the bytes that our signatures and ciphertexts bind are theirs.</summary>
public class CoseTests
{
    [Fact]
    public void Every_ES256_sign1_example_binds_the_published_bytes_and_verifies()
    {
        int passed = 0;
        int failed = 0;
        int high = 0;
        IEnumerable<(string Name, JsonElement Vector)> examples = VectorFile.Folder("cose/sign1-tests")
            .Concat(VectorFile.Folder("cose/ecdsa-examples").Where(one => one.Name == "ecdsa-sig-01"));
        foreach ((string name, JsonElement vector) in examples)
        {
            JsonElement input = vector.GetProperty("input").GetProperty("sign0");
            JsonElement coseKey = input.GetProperty("key");
            PublicKey key = PublicKey.FromPoint([4, .. coseKey.Base64Url("x"), .. coseKey.Base64Url("y")], KeyUse.Sign);
            byte[] bytes = vector.GetProperty("output").Hex("cbor");
            byte[] external = input.TryGetProperty("external", out _) ? input.Hex("external") : [];
            CoseStructure message = CoseStructure.Read(bytes);
            byte[] bound = ToBeSigned.Sign1(message.ProtectedBound, external, message.Content);
            byte[] published = vector.GetProperty("intermediates").Hex("ToBeSign_hex");
            byte[] signature = message.Signature!;
            high += EcdsaHigh(signature);
            EcdsaOrder.MakeLow(signature);
            if (!vector.TryGetProperty("fail", out _))
            {
                Assert.Equal(published, bound);
                key.Verify(bound, signature, name);
                passed++;
            }
            else if (message.Tag == 18)
            {
                Assert.Throws<MessageException>(() => key.Verify(bound, signature, name));
                failed++;
            }
            else
            {
                Assert.Throws<MessageException>(() => Sign1.FromUntrusted(bytes, Limits.EntryBytes, name));
                failed++;
            }

            // None of them is one of Sealway's: their kid stands in the unprotected header.
            Assert.Throws<MessageException>(() => Reading.FromUntrusted(bytes));
        }

        Assert.Equal((4, 6, 10), (passed, failed, passed + failed));
        Assert.Equal(HighSignatures, high);
    }

    [Theory]
    [InlineData("encrypted-tests", "Encrypt0", 4, 6)]
    [InlineData("enveloped-tests", "Encrypt", 4, 6)]
    [InlineData("aes-gcm-examples", null, 7, 2)]
    public void Every_AES_GCM_example_binds_the_published_bytes_and_opens(string folder, string? context, int passes, int fails)
    {
        int passed = 0;
        int failed = 0;
        foreach ((string name, JsonElement vector) in VectorFile.Folder("cose/" + folder))
        {
            bool envelope = vector.GetProperty("input").TryGetProperty("enveloped", out JsonElement input);
            input = envelope ? input : vector.GetProperty("input").GetProperty("encrypted");
            Assert.Equal(context ?? (envelope ? "Encrypt" : "Encrypt0"), envelope ? "Encrypt" : "Encrypt0");
            byte[] external = input.TryGetProperty("external", out _) ? input.Hex("external") : [];
            byte[] bytes = vector.GetProperty("output").Hex("cbor");
            CoseStructure message = CoseStructure.Read(bytes);
            byte[] bound = ToBeSigned.Encrypt(envelope ? "Encrypt" : "Encrypt0", message.ProtectedBound, external);
            byte[] iv = message.Unprotected.TryGetValue(5, out byte[]? encoded)
                ? new CborReader(encoded).ReadByteString()
                : input.GetProperty("unsent").Hex("IV_hex");
            byte[] plaintext = new byte[message.Content.Length - Hpke.TagSize];
            using AesGcm gcm = new(vector.GetProperty("intermediates").Hex("CEK_hex"), Hpke.TagSize);
            void Open() => gcm.Decrypt(iv, message.Content.AsSpan(0, plaintext.Length), message.Content.AsSpan(plaintext.Length), plaintext, bound);
            if (!vector.TryGetProperty("fail", out _))
            {
                Assert.Equal(vector.GetProperty("intermediates").Hex("AAD_hex"), bound);
                Open();
                Assert.Equal("This is the content.", Encoding.UTF8.GetString(plaintext));
                passed++;
            }
            else if (message.Tag is 16 or 96)
            {
                Assert.Throws<AuthenticationTagMismatchException>(Open);
                failed++;
            }
            else
            {
                failed++;
            }

            Assert.Throws<MessageException>(() => SealedSlot.FromUntrusted(bytes));
            Assert.Throws<MessageException>(() => Epoch.FromUntrusted(bytes));
        }

        Assert.Equal((passes, fails), (passed, failed));
    }

    [Fact]
    public void The_partial_IV_of_a_slot_is_applied_as_in_the_published_example()
    {
        // aes-gcm-05: context IV 89F52F65A1C580930000 0000, partial IV 61A7; a slot's context IV is all zeros.
        JsonElement vector = VectorFile.Json("cose/aes-gcm-examples/aes-gcm-05.json");
        byte[] contextIv = Convert.FromHexString("89F52F65A1C5809300000000");
        byte[] iv = SealedSlot.Iv(0x61A7);
        for (int i = 0; i < iv.Length; i++)
        {
            iv[i] ^= contextIv[i];
        }

        Assert.Equal(vector.GetProperty("input").GetProperty("enveloped").GetProperty("unsent").Hex("IV_hex"), iv);
    }

    [Fact]
    public void The_version_2_countersignature_example_binds_the_published_bytes_and_verifies()
    {
        JsonElement vector = VectorFile.Json("cose/countersign-v2/signed1-01.json");
        CoseStructure message = CoseStructure.Read(vector.Hex("cbor_hex"));
        byte[] signedBytes = ToBeSigned.Sign1(message.Protected, [], message.Content);
        Assert.Equal(vector.Hex("ToBeSign_hex"), signedBytes);
        PublicKey key = PublicKey.FromPoint([4, .. vector.GetProperty("key").Hex("x_hex"), .. vector.GetProperty("key").Hex("y_hex")], KeyUse.Sign);
        byte[] low = [.. message.Signature!];
        EcdsaOrder.MakeLow(low);
        key.Verify(signedBytes, low, "body");

        CoseStructure countersignature = CoseStructure.Read(message.Unprotected[11]);
        byte[] bound = ToBeSigned.Countersign(message.Protected, countersignature.Protected, [], message.Content, message.Signature!);
        Assert.Equal(vector.Hex("countersignature_ToBeSign_hex"), bound);

        // The example's countersigner has a P-521 key, which no part of Sealway has: verified by the base library.
        JsonElement countersigner = vector.GetProperty("countersigner");
        using ECDsa other = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP521,
            Q = new ECPoint { X = countersigner.Hex("x_hex"), Y = countersigner.Hex("y_hex") },
        });
        Assert.True(other.VerifyData(bound, countersignature.Content, HashAlgorithmName.SHA512, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    private const int HighSignatures = 2;

    private static int EcdsaHigh(byte[] signature)
    {
        byte[] copy = [.. signature];
        EcdsaOrder.MakeLow(copy);
        return copy.AsSpan().SequenceEqual(signature) ? 0 : 1;
    }
}
