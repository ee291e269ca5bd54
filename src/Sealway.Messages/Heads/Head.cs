namespace Sealway.Messages;

/// <summary>
/// A log's signed state: a COSE_Sign1 whose payload is the Merkle root (RFC 9162 section 2.1.1), so that a head and a
/// proof make an RFC 9942 receipt. Keeps the bytes as received.
/// </summary>
public sealed class Head
{
    /// <summary>Bytes of a root and of every hash in the tree.</summary>
    public const int HashSize = 32;

    private readonly Sign1 _sign1;

    private Head(Sign1 sign1, HeadClaims claims)
    {
        _sign1 = sign1;
        Claims = claims;
    }

    /// <summary>What the protected header says.</summary>
    public HeadClaims Claims { get; }

    /// <summary>The head's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _sign1.Bytes;

    /// <summary>The protected header's bytes, as they stand in receipts.</summary>
    public ReadOnlyMemory<byte> Protected => _sign1.Protected;

    /// <summary>The Merkle root, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Root => _sign1.Payload;

    /// <summary>The signature, 64 bytes.</summary>
    public ReadOnlyMemory<byte> Signature => _sign1.Signature;

    /// <summary>Signs a head; the kid in the claims must be the signer's.</summary>
    public static Head Sign(ISigner signer, HeadClaims claims, ReadOnlySpan<byte> root)
    {
        if (claims.Kid != signer.PublicKey.Kid || root.Length != HashSize)
        {
            throw new ArgumentException("a head is signed with the key that it names, over a root of 32 bytes", nameof(claims));
        }

        return new Head(Sign1.Sign(signer, claims.ToProtected(), [], root.ToArray()), claims);
    }

    /// <summary>Reads a head from outside. Its signature is not verified yet.</summary>
    /// <exception cref="MessageException">Not exactly a head; the reason says what.</exception>
    public static Head FromUntrusted(ReadOnlyMemory<byte> bytes)
    {
        Sign1 sign1 = Sign1.FromUntrusted(bytes, Limits.HeadBytes, "head");
        return sign1.Payload.Length == HashSize
            ? new Head(sign1, HeadClaims.FromProtected(sign1.Protected))
            : throw new MessageException(Refusal.WrongCount, "head: root");
    }

    /// <summary>Verifies the signature under a key.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/> if the key is not the one named; else <see cref="Refusal.HighSignature"/> or <see cref="Refusal.BadSignature"/>.</exception>
    public void Verify(PublicKey key)
    {
        if (key.Kid != Claims.Kid)
        {
            throw new MessageException(Refusal.UnknownKey, "head");
        }

        _sign1.Verify(key, [], "head");
    }
}
