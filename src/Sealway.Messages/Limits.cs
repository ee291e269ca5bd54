namespace Sealway.Messages;

/// <summary>Every bound on a message, in one place; docs/protocol.md repeats them. A message beyond a bound is refused before anything is allocated for it.</summary>
public static class Limits
{
    /// <summary>The largest size, index, time in milliseconds or integral value: 2^53 − 1, so that a browser's numbers hold it exactly.</summary>
    public const ulong LargestNumber = (1UL << 53) - 1;

    /// <summary>The largest time in seconds: as milliseconds it is within <see cref="LargestNumber"/>.</summary>
    public const ulong LargestSeconds = LargestNumber / 1000;

    /// <summary>An entry, in bytes: what the 16-bit length of a tlog-tiles entry bundle can say.</summary>
    public const int EntryBytes = 65_535;

    /// <summary>A signed reading, in bytes: one frame of a sensor link.</summary>
    public const int ReadingBytes = 4_096;

    /// <summary>Measurements in one reading.</summary>
    public const int Measurements = 32;

    /// <summary>A measurement's name or unit, in UTF-8 bytes.</summary>
    public const int NameBytes = 32;

    /// <summary>A name, subject, reason or label in a statement or event, in UTF-8 bytes.</summary>
    public const int TextBytes = 256;

    /// <summary>A log-id in UTF-8 bytes: 63 for the name, a slash, ten digits.</summary>
    public const int LogIdBytes = 74;

    /// <summary>A head, in bytes.</summary>
    public const int HeadBytes = 512;

    /// <summary>A countersignature, in bytes.</summary>
    public const int CountersignatureBytes = 256;

    /// <summary>Countersignatures beside one head: a cloud, an archive, and room for other witnesses and members.</summary>
    public const int Countersignatures = 16;

    /// <summary>Hashes in an inclusion or consistency proof, and in a frontier: one for each bit of the largest size.</summary>
    public const int ProofHashes = 53;

    /// <summary>Proofs in one receipt: as many as an append holds entries.</summary>
    public const int ReceiptProofs = 1_024;

    /// <summary>A receipt, in bytes.</summary>
    public const int ReceiptBytes = 4 * 1_048_576;

    /// <summary>Entries in one append.</summary>
    public const int AppendEntries = 1_024;

    /// <summary>Entry bytes in one append.</summary>
    public const int AppendEntryBytes = 1_048_576;

    /// <summary>A follow message, in bytes: an append's entries and room for its heads.</summary>
    public const int FollowBytes = AppendEntryBytes + 65_536;

    /// <summary>Entries that one statement orders erased: as many as one append holds.</summary>
    public const int ErasedEntries = 1_024;

    /// <summary>Follow messages in one request or answer over HTTPS.</summary>
    public const int FollowMessages = 4;

    /// <summary>Recipients of an epoch or grant: 8, 16, 32 … up to this.</summary>
    public const int Recipients = 256;

    /// <summary>Epoch keys in one grant.</summary>
    public const int GrantKeys = 1_024;

    /// <summary>The smallest slot, in bytes of plaintext: one single-value reading and its time.</summary>
    public const int SmallestSlotBytes = 256;

    /// <summary>The largest slot, in bytes of plaintext, so that its sealed entry stays within <see cref="EntryBytes"/>.</summary>
    public const int LargestSlotBytes = 65_024;

    /// <summary>A sealed command slot, in bytes; every fetch of an app carries exactly one, so that its size says nothing.</summary>
    public const int CommandSlotBytes = 2_048;

    /// <summary>The longest life of a command, in milliseconds: five minutes.</summary>
    public const ulong CommandLifeMilliseconds = 300_000;

    /// <summary>Revocations in one page of a status.</summary>
    public const int StatusRevocations = 2_048;

    /// <summary>Pairs in an event's map (reasons counted, labels given).</summary>
    public const int EventPairs = 256;

    /// <summary>An X.509 certificate in a statement, in bytes of DER.</summary>
    public const int CertificateBytes = 8_192;

    /// <summary>Generations of one gateway's log, numbered from 0. An honest gateway begins one when its disk was lost or is full; each costs every follower for as long as the log is kept.</summary>
    public const uint Generations = 1_024;
}
