namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>Readings for which there was no memory: how many, and from when to when.</summary>
internal sealed record LostReadings(ulong Count, ulong From, ulong To)
{
    public static LostReadings And(LostReadings? before, ulong at) => before is null ? new(1, at, at) : before with { Count = before.Count + 1, To = at };

    public LostEvent ToEvent() => new(Count, From, To);
}
