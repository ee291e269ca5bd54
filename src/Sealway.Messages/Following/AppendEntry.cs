namespace Sealway.Messages;

/// <summary>An entry in an append: its bytes, or its leaf hash alone (a blank).</summary>
public readonly record struct AppendEntry
{
    private AppendEntry(ReadOnlyMemory<byte> bytes, bool blank)
    {
        Bytes = bytes;
        IsBlank = blank;
    }

    /// <summary>The entry's bytes; of a blank the leaf hash, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether this is a leaf hash alone.</summary>
    public bool IsBlank { get; }

    /// <summary>An entry in full, at most 65,535 bytes.</summary>
    public static AppendEntry Full(ReadOnlyMemory<byte> bytes) => new(bytes, blank: false);

    /// <summary>An entry's leaf hash alone, 32 bytes.</summary>
    public static AppendEntry Blank(ReadOnlyMemory<byte> leafHash) => leafHash.Length == Head.HashSize
        ? new(leafHash, blank: true)
        : throw new MessageException(Refusal.WrongCount, "blank");
}
