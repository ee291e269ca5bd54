namespace Sealway.Messages.Tests;

using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using Xunit;

/// <summary>
/// The vectors of draft-ietf-cose-hpke for the two algorithms that Sealway uses. Their texts stand in the draft: payload
/// "hpke test payload", external data "external-aad", "external-info" and "external-hpke-aad".
/// </summary>
public class CoseHpkeTests
{
    [Fact]
    public void Every_content_key_of_HPKE_7_KE_unwraps_under_our_recipient_structure()
    {
        int count = 0;
        foreach ((string title, byte[] bytes, AgreementKey key) in Cases("HPKE-7-KE with "))
        {
            using (key)
            {
                CoseStructure message = CoseStructure.Read(bytes);
                CoseStructure recipient = Assert.Single(message.Recipients);
                Assert.Equal(96UL, message.Tag);
                byte[] info = ToBeSigned.Recipient(CoseLabels.A256Gcm, recipient.Protected, External(title, "external info", "external-info"));
                byte[] encapsulated = new CborReader(recipient.Unprotected[CoseLabels.EncapsulatedKey]).ReadByteString();
                byte[] contentKey = Hpke.Open(key, encapsulated, info, External(title, "external hpke aad", "external-hpke-aad"), recipient.Content);
                Assert.Equal(32, contentKey.Length);

                // The content's IV is 32 bytes long, which AES-GCM of the base library does not take; GHASH makes twelve of them.
                byte[] iv = new CborReader(message.Unprotected[CoseLabels.Iv]).ReadByteString();
                Assert.Equal(32, iv.Length);
                byte[] aad = ToBeSigned.Encrypt("Encrypt", message.Protected, External(title, "external aad", "external-aad"));
                Assert.Equal("hpke test payload", Encoding.ASCII.GetString(LongIvGcm.Decrypt(contentKey, iv, aad, message.Content)));
                count++;
            }
        }

        Assert.Equal(8, count);
    }

    [Fact]
    public void Every_message_of_HPKE_7_opens_under_our_structure()
    {
        int count = 0;
        foreach ((string title, byte[] bytes, AgreementKey key) in Cases("HPKE-7 Encrypt0 with "))
        {
            using (key)
            {
                CoseStructure message = CoseStructure.Read(bytes);
                Assert.Equal(16UL, message.Tag);
                byte[] aad = ToBeSigned.Encrypt("Encrypt0", message.Protected, External(title, "external aad", "external-aad"));
                byte[] encapsulated = new CborReader(message.Unprotected[CoseLabels.EncapsulatedKey]).ReadByteString();
                byte[] plaintext = Hpke.Open(key, encapsulated, External(title, "external info", "external-info"), aad, message.Content);
                Assert.Equal("hpke test payload", Encoding.ASCII.GetString(plaintext));
                count++;
            }
        }

        Assert.Equal(4, count);
    }

    private static byte[] External(string title, string name, string value) => title.Contains(name, StringComparison.Ordinal) ? Encoding.ASCII.GetBytes(value) : [];

    private static IEnumerable<(string Title, byte[] Bytes, AgreementKey Key)> Cases(string prefix)
    {
        byte[]? scalar = null;
        string? title = null;
        foreach (string line in VectorFile.Text("cose-hpke/testvectors.txt").Split('\n'))
        {
            if (line.Contains("COSE_Key:", StringComparison.Ordinal))
            {
                scalar = line.StartsWith("HPKE-7", StringComparison.Ordinal) ? Scalar(Convert.FromHexString(line[(line.LastIndexOf(' ') + 1)..].Trim())) : null;
            }
            else if (line.StartsWith("HPKE-", StringComparison.Ordinal))
            {
                title = line;
            }
            else if (scalar is not null && line.StartsWith("Ciphertext: ", StringComparison.Ordinal) && title!.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return (title, Convert.FromHexString(line["Ciphertext: ".Length..].Trim()), PrivateKeys.Agreement(scalar));
            }
        }
    }

    private static byte[] Scalar(byte[] coseKey)
    {
        CborReader cbor = new(coseKey, CborConformanceMode.Lax);
        for (int labels = cbor.ReadStartMap()!.Value; labels > 0; labels--)
        {
            if (cbor.ReadInt64() == -4)
            {
                return cbor.ReadByteString();
            }

            cbor.SkipValue();
        }

        throw new InvalidDataException("a COSE_Key without its private part");
    }
}
