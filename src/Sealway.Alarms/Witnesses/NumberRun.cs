namespace Sealway.Alarms;

using Sealway.Messages;

/// <summary>Numbers of one sensor's boot that stand in one log without one left out, each in an entry of its own and in their order.</summary>
/// <param name="Boot">The boot.</param>
/// <param name="First">The first number.</param>
/// <param name="Last">The last number.</param>
/// <param name="FirstIndex">The entry of the first.</param>
/// <param name="LastIndex">The entry of the last.</param>
/// <param name="IsDoubtful">Whether they count only doubtfully.</param>
internal readonly record struct NumberRun(uint Boot, uint First, uint Last, ulong FirstIndex, ulong LastIndex, bool IsDoubtful)
{
    /// <summary>Bytes of a run as it is kept.</summary>
    public const int Size = 29;

    /// <summary>How many numbers.</summary>
    public ulong Count => (ulong)Last - First + 1;

    /// <summary>The first number with its boot.</summary>
    public ReadingNumber Begin => new(Boot, First);

    /// <summary>The last number with its boot.</summary>
    public ReadingNumber End => new(Boot, Last);

    public bool Contains(ReadingNumber number) => number.Boot == Boot && number.Sequence >= First && number.Sequence <= Last;

    /// <summary>Numbers of the boot that are missing between what came last and this; of an earlier boot the tail is unknown.</summary>
    public ulong MissingAfter(ReadingNumber? last) => last is not { } before ? 0
        : before.Boot != Boot ? First
        : First > before.Sequence ? (ulong)First - before.Sequence - 1 : 0;

    /// <summary>One run of two, if the later goes on where this ends, in numbers and in entries.</summary>
    public NumberRun? JoinedWith(NumberRun later) =>
        later.Boot == Boot && later.First > 0 && later.First - 1 == Last && later.FirstIndex > LastIndex && later.IsDoubtful == IsDoubtful
            ? this with { Last = later.Last, LastIndex = later.LastIndex }
            : null;
}
