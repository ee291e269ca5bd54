namespace Sealway.Messages;

using System.Security.Cryptography;

/// <summary>The body of an epoch entry: hands the epoch's key to the members, and states the registry size that they come from.</summary>
public sealed class Epoch
{
    private readonly KeyEnvelope _envelope;

    private Epoch(KeyEnvelope envelope) => _envelope = envelope;

    /// <summary>The epoch.</summary>
    public EpochId Id => _envelope.Epoch;

    /// <summary>The registry size that the members come from.</summary>
    public ulong RegistrySize => _envelope.RegistrySize;

    /// <summary>Recipients, most of them nobody: an upper bound on the members.</summary>
    public int Recipients => _envelope.Recipients;

    /// <summary>Makes an epoch's body for the members' HPKE keys, at most 256.</summary>
    public static byte[] Create(LogId log, EpochKey key, ulong registrySize, IReadOnlyList<PublicKey> members) =>
        KeyEnvelope.Seal(log, key.Id, registrySize, members, key.Bytes);

    /// <summary>Reads an epoch's body from outside.</summary>
    public static Epoch FromUntrusted(ReadOnlyMemory<byte> body) => new(KeyEnvelope.FromUntrusted(body, "epoch", EpochKey.Size, EpochKey.Size));

    /// <summary>Opens the epoch's key with a member's HPKE key.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.NotForUs"/>: this key is not a member's; <see cref="Refusal.SealBroken"/>: altered.</exception>
    public EpochKey Open(LogId log, AgreementKey member)
    {
        byte[] key = _envelope.Open(log, member);
        try
        {
            return EpochKey.From(Id, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
