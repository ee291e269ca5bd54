namespace Sealway.Messages;

using System.Numerics;

/// <summary>
/// Keeps one signature per signing: (r, s) and (r, n − s) both verify, so the higher s is refused and signers
/// normalise. Even so nothing is ever identified by its signature.
/// </summary>
internal static class EcdsaOrder
{
    private static ReadOnlySpan<byte> Half =>
    [
        0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8,
    ];

    private static ReadOnlySpan<byte> Order =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];

    public static void RequireLow(ReadOnlySpan<byte> signature, string what)
    {
        if (signature.Length != SigningKey.SignatureSize)
        {
            throw new MessageException(Refusal.BadSignature, what);
        }

        if (signature[32..].SequenceCompareTo(Half) > 0)
        {
            throw new MessageException(Refusal.HighSignature, what);
        }
    }

    public static void MakeLow(Span<byte> signature)
    {
        Span<byte> s = signature[32..];
        if (s.SequenceCompareTo(Half) <= 0)
        {
            return;
        }

        // A signature is public, so arithmetic in variable time gives nothing away.
        BigInteger low = new BigInteger(Order, isUnsigned: true, isBigEndian: true) - new BigInteger(s, isUnsigned: true, isBigEndian: true);
        s.Clear();
        byte[] bytes = low.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(s[(s.Length - bytes.Length)..]);
    }
}
