namespace Sealway.Messages;

using System.Security.Cryptography;

/// <summary>
/// Seals slots under one epoch's key. A step is spent before its bytes leave <see cref="Seal"/>, whatever happens then,
/// so no key ever encrypts twice. Not safe for concurrent use.
/// </summary>
public sealed class Sealer : IDisposable
{
    /// <summary>Steps in one epoch: the step is two bytes.</summary>
    public const int Steps = 65_536;

    private readonly LogId _log;
    private readonly EpochKey _key;
    private int _next;

    /// <summary>Begins at step 0; takes over the key and erases it when disposed.</summary>
    public Sealer(LogId log, EpochKey key)
    {
        _log = log;
        _key = key;
    }

    /// <summary>The epoch.</summary>
    public EpochId Epoch => _key.Id;

    /// <summary>Steps left; at 0 a new epoch is needed.</summary>
    public int StepsLeft => Steps - _next;

    /// <summary>Seals a slot's plaintext: the body of a sealed entry, longer by a fixed number of bytes for a given length.</summary>
    /// <exception cref="InvalidOperationException">No step is left.</exception>
    public byte[] Seal(ReadOnlySpan<byte> slot)
    {
        if (_next == Steps)
        {
            throw new InvalidOperationException("the epoch's steps are spent: begin another epoch");
        }

        ushort step = (ushort)_next++;
        byte[] key = _key.StepKey(step);
        byte[] ciphertext = new byte[slot.Length + Hpke.TagSize];
        try
        {
            using AesGcm gcm = new(key, Hpke.TagSize);
            gcm.Encrypt(SealedSlot.Iv(step), slot, ciphertext.AsSpan(0, slot.Length), ciphertext.AsSpan(slot.Length), SealedSlot.Aad(_log, _key.Id));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        return SealedSlot.Encode(_key.Id, step, ciphertext);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
