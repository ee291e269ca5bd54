namespace Sealway.Messages;

using System.Buffers.Binary;
using System.Security.Cryptography;

/// <summary>An epoch's 32-byte key, in memory only. Every step derives a key of its own, so that each key encrypts once. Dispose erases it.</summary>
public sealed class EpochKey : IDisposable
{
    /// <summary>Bytes of the key.</summary>
    public const int Size = 32;

    private readonly byte[] _key;

    private EpochKey(EpochId id, byte[] key)
    {
        Id = id;
        _key = key;
    }

    /// <summary>The epoch.</summary>
    public EpochId Id { get; }

    /// <summary>Makes a fresh random key with a random name.</summary>
    public static EpochKey Generate() => new(EpochId.FromBytes(RandomNumberGenerator.GetBytes(EpochId.Size)), RandomNumberGenerator.GetBytes(Size));

    /// <summary>Takes a key that was opened, or that a member's app kept; the caller erases its own copy.</summary>
    /// <exception cref="MessageException">Not 32 bytes.</exception>
    public static EpochKey From(EpochId id, ReadOnlySpan<byte> key) => key.Length == Size
        ? new(id, key.ToArray())
        : throw new MessageException(Refusal.WrongCount, "epoch key");

    /// <summary>SHA-256 of "Sealway epoch key" and the key: what the epoch's first slot carries and a grant is checked against.</summary>
    public byte[] Hash()
    {
        Span<byte> named = stackalloc byte[17 + Size];
        "Sealway epoch key"u8.CopyTo(named);
        _key.CopyTo(named[17..]);
        byte[] hash = SHA256.HashData(named);
        CryptographicOperations.ZeroMemory(named);
        return hash;
    }

    /// <summary>The key's 32 bytes, for a member's app that keeps them; the caller erases them.</summary>
    public byte[] Export() => [.. _key];

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    internal byte[] StepKey(ushort step)
    {
        // One block of HKDF-Expand (RFC 5869 section 2.3) with the info "Sealway step" and the step.
        Span<byte> info = stackalloc byte[15];
        "Sealway step"u8.CopyTo(info);
        BinaryPrimitives.WriteUInt16BigEndian(info[12..], step);
        info[14] = 1;
        return HMACSHA256.HashData(_key, info);
    }

    internal ReadOnlySpan<byte> Bytes => _key;
}
