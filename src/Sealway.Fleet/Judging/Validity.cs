namespace Sealway.Fleet;

/// <summary>Whether an entry counts. The default value is the one that does not.</summary>
public enum Validity
{
    /// <summary>It does not count; the verdict's reason says why.</summary>
    Refused = 0,

    /// <summary>Not decidable yet: the writer acts on more of the registry than the judge knows. Judged again when the registry has moved.</summary>
    Pending = 1,

    /// <summary>Numbered before its key's withdrawal but first seen after it: it may be what it says, and whoever holds the key now may have made it.</summary>
    Doubtful = 2,

    /// <summary>It counts.</summary>
    Valid = 3,
}
