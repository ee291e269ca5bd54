namespace Sealway.Messages;

/// <summary>Why something was refused: the one list that feeds logs, metrics, events, the API and the tests. The numbers are on the wire (event refused, sensor link) and never change.</summary>
public enum Refusal
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    // What a message's bytes say by themselves.

    /// <summary>Longer than the limit of its kind.</summary>
    TooLong = 1,

    /// <summary>Not the CBOR structure that its kind prescribes.</summary>
    Malformed = 2,

    /// <summary>Well-formed, but not the one deterministic encoding (RFC 8949 section 4.2.1).</summary>
    NotDeterministic = 3,

    /// <summary>Bytes follow the message.</summary>
    TrailingBytes = 4,

    /// <summary>A header that the kind does not prescribe, or a critical one.</summary>
    UnexpectedHeader = 5,

    /// <summary>Another algorithm than the kind prescribes.</summary>
    WrongAlgorithm = 6,

    /// <summary>A number outside its range.</summary>
    NumberOutOfRange = 7,

    /// <summary>NaN or an infinity.</summary>
    NotFinite = 8,

    /// <summary>More elements than the limit, or fewer than are needed.</summary>
    WrongCount = 9,

    /// <summary>A text that is not of the form prescribed.</summary>
    WrongText = 10,

    /// <summary>Not a point on P-256.</summary>
    BadKey = 11,

    /// <summary>The signature's s is above n/2.</summary>
    HighSignature = 12,

    /// <summary>The signature does not match key and content.</summary>
    BadSignature = 13,

    // What a log says.

    /// <summary>Of another log than expected.</summary>
    WrongLog = 20,

    /// <summary>Sizes or indices that do not fit each other.</summary>
    WrongSize = 21,

    /// <summary>The entries do not lead to the root that the head signs.</summary>
    RootMismatch = 22,

    /// <summary>An inclusion or consistency proof does not lead to the root.</summary>
    ProofFails = 23,

    /// <summary>Another entry stands at this index under another valid head.</summary>
    Fork = 24,

    /// <summary>Does not continue what is held.</summary>
    NotNext = 25,

    /// <summary>An entry where only its hash is allowed, or a hash where the entry is needed.</summary>
    UnexpectedBlank = 26,

    // What the registry says.

    /// <summary>The key is not enrolled.</summary>
    UnknownKey = 40,

    /// <summary>The key's role does not allow this.</summary>
    WrongRole = 41,

    /// <summary>The sensor is not assigned to this gateway.</summary>
    NotAssigned = 42,

    /// <summary>The key was revoked before.</summary>
    Revoked = 43,

    /// <summary>The registry's knowledge is too old.</summary>
    RegistryStale = 44,

    /// <summary>The statement is not signed by whom it must be.</summary>
    WrongSigner = 45,

    /// <summary>The name or key is enrolled already.</summary>
    AlreadyEnrolled = 46,

    /// <summary>The statement contradicts the registry.</summary>
    Contradiction = 47,

    // What came before says.

    /// <summary>The reading's number does not rise.</summary>
    NotRising = 60,

    /// <summary>Other content under a number that was used: a cloned key.</summary>
    Cloned = 61,

    /// <summary>An entry of this kind does not belong in this log.</summary>
    WrongKind = 62,

    /// <summary>The first entry of a generation is not its statement.</summary>
    NoGeneration = 63,

    /// <summary>More generations than a log may have (<see cref="Limits.Generations"/>).</summary>
    TooManyGenerations = 64,

    // Sealing.

    /// <summary>No key for this epoch.</summary>
    UnknownEpoch = 80,

    /// <summary>The step was used before.</summary>
    StepRepeated = 81,

    /// <summary>The ciphertext does not open: altered, or another key.</summary>
    SealBroken = 82,

    /// <summary>None of the recipients is this key.</summary>
    NotForUs = 83,

    /// <summary>A granted key is not the one whose hash the epoch carries.</summary>
    GrantMismatch = 84,

    /// <summary>What should fit the slot does not.</summary>
    SlotOverflow = 85,

    // Commands.

    /// <summary>The command's time is over, or further ahead than allowed.</summary>
    Expired = 100,

    /// <summary>The command names a head that this log never had.</summary>
    UnknownHead = 101,

    /// <summary>The command's number does not rise.</summary>
    CommandNotRising = 102,

    /// <summary>The command asks for what the safety limits forbid.</summary>
    Unsafe = 103,

    /// <summary>The member may not command this.</summary>
    NotAllowed = 104,
}
