namespace Sealway.Messages.Tests;

using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

/// <summary>C2SP Wycheproof, the four algorithms that Sealway stands on, through the ways in which it uses them.</summary>
public class WycheproofTests
{
    [Fact]
    public void Every_ecdsa_case_is_judged_as_published_and_high_signatures_are_refused_until_normalised()
    {
        int low = 0;
        int high = 0;
        int invalid = 0;
        foreach (JsonElement group in VectorFile.Json("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json").GetProperty("testGroups").EnumerateArray())
        {
            PublicKey key = PublicKey.FromPoint(group.GetProperty("publicKey").Hex("uncompressed"), KeyUse.Sign);
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                byte[] message = test.Hex("msg");
                byte[] signature = test.Hex("sig");
                string id = $"case {test.GetProperty("tcId")}";
                if (test.Text("result") != "valid")
                {
                    MessageException refused = Assert.Throws<MessageException>(() => key.Verify(message, signature, id));
                    Assert.True(refused.Reason is Refusal.BadSignature or Refusal.HighSignature, id);
                    invalid++;
                    continue;
                }

                Refusal reason = Catch(() => key.Verify(message, signature, id));
                if (reason == Refusal.None)
                {
                    low++;
                    continue;
                }

                // Valid by the standard, but the twin of a lower signature: one signing, one signature.
                Assert.Equal(Refusal.HighSignature, reason);
                EcdsaOrder.MakeLow(signature);
                key.Verify(message, signature, id);
                high++;
            }
        }

        Assert.Equal((LowCases, HighCases, 89, 262), (low, high, invalid, low + high + invalid));
    }

    [Fact]
    public void Every_ecdh_case_agrees_and_every_point_that_is_not_an_uncompressed_point_of_the_curve_is_refused()
    {
        int valid = 0;
        int refused = 0;
        foreach (JsonElement test in VectorFile.Json("wycheproof/ecdh_secp256r1_ecpoint_test.json").GetProperty("testGroups")[0].GetProperty("tests").EnumerateArray())
        {
            byte[] point = test.Hex("public");
            if (test.Text("result") == "valid")
            {
                using AgreementKey key = PrivateKeys.Agreement(test.Hex("private"));
                Assert.Equal(test.Hex("shared"), key.Agree(PublicKey.FromPoint(point, KeyUse.Agree)));
                valid++;
            }
            else
            {
                // "acceptable" is one compressed point, which Sealway's encapsulated keys never are.
                Assert.Equal(Refusal.BadKey, Catch(() => PublicKey.FromPoint(point, KeyUse.Agree)));
                refused++;
            }
        }

        Assert.Equal((330, 25), (valid, refused));
    }

    [Fact]
    public void Every_aes_gcm_case_of_256_96_and_128_bits_seals_and_opens_as_published()
    {
        int valid = 0;
        int invalid = 0;
        foreach (JsonElement group in VectorFile.Json("wycheproof/aes_gcm_test.json").GetProperty("testGroups").EnumerateArray())
        {
            if ((group.GetProperty("keySize").GetInt32(), group.GetProperty("ivSize").GetInt32(), group.GetProperty("tagSize").GetInt32()) != (256, 96, 128))
            {
                continue;
            }

            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                using AesGcm gcm = new(test.Hex("key"), Hpke.TagSize);
                byte[] message = test.Hex("msg");
                byte[] plaintext = new byte[message.Length];
                if (test.Text("result") == "valid")
                {
                    byte[] ciphertext = new byte[message.Length];
                    byte[] tag = new byte[Hpke.TagSize];
                    gcm.Encrypt(test.Hex("iv"), message, ciphertext, tag, test.Hex("aad"));
                    Assert.Equal(test.Hex("ct"), ciphertext);
                    Assert.Equal(test.Hex("tag"), tag);
                    gcm.Decrypt(test.Hex("iv"), ciphertext, tag, plaintext, test.Hex("aad"));
                    Assert.Equal(message, plaintext);
                    valid++;
                }
                else
                {
                    Assert.Throws<AuthenticationTagMismatchException>(() => gcm.Decrypt(test.Hex("iv"), test.Hex("ct"), test.Hex("tag"), plaintext, test.Hex("aad")));
                    invalid++;
                }
            }
        }

        Assert.Equal((39, 27), (valid, invalid));
    }

    [Fact]
    public void Every_hkdf_case_derives_as_published()
    {
        int valid = 0;
        int invalid = 0;
        foreach (JsonElement group in VectorFile.Json("wycheproof/hkdf_sha256_test.json").GetProperty("testGroups").EnumerateArray())
        {
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                int size = test.GetProperty("size").GetInt32();
                if (test.Text("result") == "valid")
                {
                    byte[] prk = HKDF.Extract(HashAlgorithmName.SHA256, test.Hex("ikm"), test.Hex("salt"));
                    Assert.Equal(test.Hex("okm"), HKDF.Expand(HashAlgorithmName.SHA256, prk, size, test.Hex("info")));
                    valid++;
                }
                else
                {
                    Assert.ThrowsAny<ArgumentException>(() => HKDF.DeriveKey(HashAlgorithmName.SHA256, test.Hex("ikm"), size, test.Hex("salt"), test.Hex("info")));
                    invalid++;
                }
            }
        }

        Assert.Equal((83, 3), (valid, invalid));
    }

    private const int LowCases = 103;
    private const int HighCases = 70;

    private static Refusal Catch(Action act)
    {
        try
        {
            act();
            return Refusal.None;
        }
        catch (MessageException refused)
        {
            return refused.Reason;
        }
    }
}
