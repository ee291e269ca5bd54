namespace Sealway.App;

using System.Security.Cryptography;
using Sealway.Messages;

/// <summary>An epoch whose key is here.</summary>
internal sealed class KnownEpoch(EpochKey key, LogId log, bool isGranted)
{
    public EpochKey Key { get; } = key;

    /// <summary>The log whose name it was sealed under: of entries that were logged again, the generation before.</summary>
    public LogId Log { get; } = log;

    /// <summary>Whether a member gave the key, not the gateway.</summary>
    public bool IsGranted { get; } = isGranted;

    /// <summary>The HPKE key that opened the epoch's own entry, or what the member kept; null where a grant gave the key.</summary>
    public Kid? OpenedWith { get; init; }

    /// <summary>Whether the member kept the key itself.</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether another key is this one.</summary>
    public bool Is(EpochKey other) => CryptographicOperations.FixedTimeEquals(Key.Hash(), other.Hash());

    /// <summary>Whether the key is the one whose hash the epoch's first slot carries.</summary>
    public bool IsChecked { get; set; }
}
