namespace Sealway.Messages.Tests;

using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

/// <summary>
/// AES-GCM with an IV of any length (NIST SP 800-38D), slow, for vectors alone: the base library takes 12 bytes only.
/// Built from single AES blocks and a bitwise GHASH.
/// </summary>
internal static class LongIvGcm
{
    public static byte[] Decrypt(byte[] key, byte[] iv, byte[] aad, byte[] sealedText)
    {
        using Aes aes = Aes.Create();
        aes.Key = key;
        byte[] hashKey = aes.EncryptEcb(new byte[16], PaddingMode.None);
        byte[] first = Hash(hashKey, [], iv);
        byte[] ciphertext = sealedText[..^16];
        byte[] counter = [.. first];
        byte[] plaintext = new byte[ciphertext.Length];
        for (int at = 0; at < plaintext.Length; at++)
        {
            if (at % 16 == 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(counter.AsSpan(12), BinaryPrimitives.ReadUInt32BigEndian(counter.AsSpan(12)) + 1);
            }

            plaintext[at] = (byte)(ciphertext[at] ^ aes.EncryptEcb(counter, PaddingMode.None)[at % 16]);
        }

        byte[] tag = Hash(hashKey, aad, ciphertext);
        byte[] mask = aes.EncryptEcb(first, PaddingMode.None);
        for (int i = 0; i < 16; i++)
        {
            tag[i] ^= mask[i];
        }

        return tag.AsSpan().SequenceEqual(sealedText.AsSpan(ciphertext.Length)) ? plaintext : throw new AuthenticationTagMismatchException();
    }

    // GHASH over both parts, each padded to whole blocks, and their lengths in bits; of an IV the first part is empty.
    private static byte[] Hash(byte[] hashKey, byte[] first, byte[] second)
    {
        byte[] lengths = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(lengths, (ulong)first.Length * 8);
        BinaryPrimitives.WriteUInt64BigEndian(lengths.AsSpan(8), (ulong)second.Length * 8);
        byte[] all = [.. first, .. new byte[-first.Length & 15], .. second, .. new byte[-second.Length & 15], .. lengths];
        UInt128 h = BinaryPrimitives.ReadUInt128BigEndian(hashKey);
        UInt128 y = 0;
        for (int at = 0; at < all.Length; at += 16)
        {
            y = Multiply(y ^ BinaryPrimitives.ReadUInt128BigEndian(all.AsSpan(at)), h);
        }

        byte[] result = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(result, y);
        return result;
    }

    private static UInt128 Multiply(UInt128 x, UInt128 y)
    {
        UInt128 product = 0;
        UInt128 v = y;
        for (int bit = 127; bit >= 0; bit--)
        {
            if ((x >> bit & 1) == 1)
            {
                product ^= v;
            }

            v = (v & 1) == 1 ? v >> 1 ^ (UInt128)0xE1 << 120 : v >> 1;
        }

        return product;
    }
}
