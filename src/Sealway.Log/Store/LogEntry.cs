namespace Sealway.Log;

using Sealway.Messages;

/// <summary>One leaf of a log as a store holds it: the bytes as received and their leaf hash, or the hash alone (blank).</summary>
/// <param name="Bytes">1 to 65,535 bytes; empty where the entry is blank.</param>
/// <param name="Hash">The leaf hash, 32 bytes.</param>
public readonly record struct LogEntry(ReadOnlyMemory<byte> Bytes, byte[] Hash)
{
    /// <summary>Whether only the hash is there.</summary>
    public bool IsBlank => Bytes.IsEmpty;

    /// <summary>Whether only the hash is there because the authority ordered the entry erased: then it counts as held. Every such entry is a blank too.</summary>
    public bool IsErased { get; private init; }

    /// <summary>An entry from its bytes; the hash is computed.</summary>
    /// <param name="bytes">The entry's bytes, which are kept, not copied.</param>
    /// <exception cref="MessageException"><see cref="Refusal.TooLong"/>, or <see cref="Refusal.Malformed"/> for no bytes at all, which would be a blank.</exception>
    public static LogEntry Of(ReadOnlyMemory<byte> bytes) =>
        bytes.Length > Limits.EntryBytes ? throw new MessageException(Refusal.TooLong, "entry")
        : bytes.IsEmpty ? throw new MessageException(Refusal.Malformed, "entry: no bytes")
        : new LogEntry(bytes, Merkle.LeafHash(bytes.Span));

    /// <summary>An entry that the authority ordered erased.</summary>
    /// <param name="hash">The leaf hash, 32 bytes, which is kept, not copied.</param>
    /// <exception cref="MessageException"><see cref="Refusal.WrongCount"/>: not 32 bytes.</exception>
    public static LogEntry Erased(byte[] hash) => Blank(hash) with { IsErased = true };

    /// <summary>An entry of which only the hash is known.</summary>
    /// <param name="hash">The leaf hash, 32 bytes, which is kept, not copied.</param>
    /// <exception cref="MessageException"><see cref="Refusal.WrongCount"/>: not 32 bytes.</exception>
    public static LogEntry Blank(byte[] hash) =>
        hash is { Length: Merkle.HashLength } ? new LogEntry(default, hash) : throw new MessageException(Refusal.WrongCount, "blank");
}
