namespace Sealway.Gateway;

using Sealway.Log;
using Sealway.Messages;

internal sealed class AlarmWatch
{
    internal ulong? NextDue => null;

    internal IReadOnlyList<AlarmEvent> Step(AcceptedReading accepted) => [];

    internal IReadOnlyList<AlarmEvent> Tick(ulong now) => [];

    internal IReadOnlyList<Note> Notes() => [];
}
