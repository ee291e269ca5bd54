namespace Sealway.Messages.Tests;

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

/// <summary>
/// RFC 9180 in base mode with DHKEM(P-256, HKDF-SHA256) and HKDF-SHA256: the suite that Sealway uses, and the one with
/// AES-128-GCM that the RFC prints. Other KEMs, KDFs, AEADs, modes and the exporter do not exist in Sealway.
/// </summary>
public partial class HpkeTests
{
    [Fact]
    public void The_key_schedule_and_every_ciphertext_of_appendix_A_3_1_are_as_printed()
    {
        string section = VectorFile.Text("hpke/rfc9180_appendix_A.3-A.5_P256_excerpt.md");
        section = section[..section.IndexOf("#### Exported Values", StringComparison.Ordinal)];
        string setup = section[..section.IndexOf("#### Encryptions", StringComparison.Ordinal)];
        byte[] info = Field(setup, "info");
        PublicKey recipient = PublicKey.FromPoint(Field(setup, "pkRm"), KeyUse.Agree);
        using AgreementKey ephemeral = PrivateKeys.Agreement(Field(setup, "skEm"));
        using AgreementKey own = PrivateKeys.Agreement(Field(setup, "skRm"));
        Assert.Equal(recipient.Point.ToArray(), own.PublicKey.Point.ToArray());
        Assert.Equal(Field(setup, "enc"), ephemeral.PublicKey.Point.ToArray());
        (byte[] key, byte[] nonce) = Hpke.Schedule(ephemeral.Agree(recipient), Field(setup, "enc"), recipient, info, Hpke.Aead.Aes128Gcm);
        Assert.Equal(Field(setup, "key"), key);
        Assert.Equal(Field(setup, "base_nonce"), nonce);

        int count = 0;
        foreach (string encryption in section[setup.Length..].Split("sequence number: ").Skip(1))
        {
            ulong sequence = ulong.Parse(encryption[..encryption.IndexOf('\n')], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Field(encryption, "nonce"), Nonce(nonce, sequence));
            Assert.Equal(Field(encryption, "ct"), Encrypt(key, Nonce(nonce, sequence), Field(encryption, "aad"), Field(encryption, "pt")));
            if (sequence == 0)
            {
                (byte[] encapsulated, byte[] ciphertext) = Hpke.Seal(ephemeral, recipient, info, Field(encryption, "aad"), Field(encryption, "pt"), Hpke.Aead.Aes128Gcm);
                Assert.Equal(Field(setup, "enc"), encapsulated);
                Assert.Equal(Field(encryption, "ct"), ciphertext);
                Assert.Equal(Field(encryption, "pt"), Hpke.Open(own, encapsulated, info, Field(encryption, "aad"), ciphertext, Hpke.Aead.Aes128Gcm));
            }

            count++;
        }

        Assert.Equal(6, count);
    }

    [Fact]
    public void A_thousand_accumulated_encryptions_are_as_published_for_each_of_the_two_suites()
    {
        int suites = 0;
        foreach (JsonElement vector in VectorFile.Json("hpke/rfc9180.json").EnumerateArray())
        {
            int aeadId = vector.GetProperty("aead_id").GetInt32();
            if ((vector.GetProperty("mode").GetInt32(), vector.GetProperty("kem_id").GetInt32(), vector.GetProperty("kdf_id").GetInt32()) != (0, 16, 1) || aeadId > 2)
            {
                continue;
            }

            Hpke.Aead aead = (Hpke.Aead)aeadId;
            using AgreementKey own = PrivateKeys.Agreement(vector.Hex("skRm"));
            using AgreementKey ephemeral = PrivateKeys.Agreement(DeriveKey(vector.Hex("ikmE")));
            Assert.Equal(DeriveKey(vector.Hex("ikmR")), vector.Hex("skRm"));
            Assert.Equal(vector.Hex("pkRm"), own.PublicKey.Point.ToArray());
            Assert.Equal(vector.Hex("enc"), ephemeral.PublicKey.Point.ToArray());
            (byte[] key, byte[] nonce) = Hpke.Schedule(ephemeral.Agree(own.PublicKey), vector.Hex("enc"), own.PublicKey, vector.Hex("info"), aead);

            // The published digest runs over a thousand messages whose lengths and bytes come from SHAKE128 of nothing.
            ReadOnlySpan<byte> source = Shake128.HashData(ReadOnlySpan<byte>.Empty, 1000 * 2 * 256);
            using Shake128 sink = new();
            for (ulong sequence = 0; sequence < 1000; sequence++)
            {
                byte[] aad = Draw(ref source);
                byte[] plaintext = Draw(ref source);
                byte[] ciphertext = Encrypt(key, Nonce(nonce, sequence), aad, plaintext);
                sink.AppendData(ciphertext);
                if (sequence == 0)
                {
                    Assert.Equal(ciphertext, Hpke.Seal(ephemeral, own.PublicKey, vector.Hex("info"), aad, plaintext, aead).Ciphertext);
                    Assert.Equal(plaintext, Hpke.Open(own, vector.Hex("enc"), vector.Hex("info"), aad, ciphertext, aead));
                }
            }

            Assert.Equal(vector.Hex("encryptions_accumulated"), sink.GetHashAndReset(16));
            suites++;
        }

        Assert.Equal(2, suites);
    }

    [Fact]
    public void What_was_sealed_opens_only_with_the_same_key_info_and_data()
    {
        using AgreementKey own = AgreementKey.Generate();
        using AgreementKey other = AgreementKey.Generate();
        (byte[] encapsulated, byte[] ciphertext) = Hpke.Seal(own.PublicKey, "info"u8, "aad"u8, "secret"u8);
        Assert.Equal("secret"u8.ToArray(), Hpke.Open(own, encapsulated, "info"u8, "aad"u8, ciphertext));
        Assert.Equal(Refusal.SealBroken, Assert.Throws<MessageException>(() => Hpke.Open(other, encapsulated, "info"u8, "aad"u8, ciphertext)).Reason);
        Assert.Equal(Refusal.SealBroken, Assert.Throws<MessageException>(() => Hpke.Open(own, encapsulated, "inf0"u8, "aad"u8, ciphertext)).Reason);
        Assert.Equal(Refusal.SealBroken, Assert.Throws<MessageException>(() => Hpke.Open(own, encapsulated, "info"u8, "aae"u8, ciphertext)).Reason);
        Assert.Equal(Refusal.SealBroken, Assert.Throws<MessageException>(() => Hpke.Open(own, encapsulated, "info"u8, "aad"u8, ciphertext.AsSpan(0, 15))).Reason);
        encapsulated[64] ^= 1;
        Assert.Equal(Refusal.BadKey, Assert.Throws<MessageException>(() => Hpke.Open(own, encapsulated, "info"u8, "aad"u8, ciphertext)).Reason);
    }

    [Fact]
    public void A_signing_key_is_never_sealed_to()
    {
        using SigningKey key = SigningKey.Generate();
        Assert.Equal(Refusal.WrongAlgorithm, Assert.Throws<MessageException>(() => Hpke.Seal(key.PublicKey, [], [], "secret"u8)).Reason);
    }

    [GeneratedRegex(@"\s")]
    private static partial Regex Space();

    private static byte[] Field(string text, string name)
    {
        // A value may stand on the line of its name, below it, or go over several lines of hexadecimal digits.
        Match match = Regex.Match(text, $@"^{name}:\s*([0-9a-f\s]+?)(?=^\w+:|^~~~|^sequence|\z)", RegexOptions.Multiline);
        Assert.True(match.Success, name);
        return Convert.FromHexString(Space().Replace(match.Groups[1].Value, string.Empty));
    }

    private static byte[] Nonce(byte[] baseNonce, ulong sequence)
    {
        byte[] nonce = [.. baseNonce];
        Span<byte> last = nonce.AsSpan(4);
        BinaryPrimitives.WriteUInt64BigEndian(last, BinaryPrimitives.ReadUInt64BigEndian(last) ^ sequence);
        return nonce;
    }

    private static byte[] Encrypt(byte[] key, byte[] nonce, byte[] aad, byte[] plaintext)
    {
        byte[] ciphertext = new byte[plaintext.Length + Hpke.TagSize];
        using AesGcm gcm = new(key, Hpke.TagSize);
        gcm.Encrypt(nonce, plaintext, ciphertext.AsSpan(0, plaintext.Length), ciphertext.AsSpan(plaintext.Length), aad);
        return ciphertext;
    }

    private static byte[] Draw(ref ReadOnlySpan<byte> source)
    {
        byte[] drawn = source.Slice(1, source[0]).ToArray();
        source = source[(1 + drawn.Length)..];
        return drawn;
    }

    // DeriveKeyPair of RFC 9180 section 7.1.3 for P-256, first candidate.
    private static byte[] DeriveKey(byte[] ikm)
    {
        byte[] suite = [.. "KEM"u8, 0, 16];
        byte[] prk = HKDF.Extract(HashAlgorithmName.SHA256, [.. "HPKE-v1"u8, .. suite, .. "dkp_prk"u8, .. ikm]);
        return HKDF.Expand(HashAlgorithmName.SHA256, prk, 32, [0, 32, .. "HPKE-v1"u8, .. suite, .. "candidate"u8, 0]);
    }
}
