namespace Sealway.Cli.Demo.Attacks;

using Sealway.Alarms;

/// <summary>The cloud's limits are set so far off that nothing alarms.</summary>
/// <param name="target">The log with a true alarm.</param>
internal sealed class SuppressedAlarm(OperatorTarget target) : BentAlarms(target)
{
    private const double Never = 1_000;

    public override string Name => "an alarm suppressed in the cloud";

    protected override AlarmRule Bend(AlarmRule rule) => rule with { Limit = rule.Kind == AlarmKind.Below ? -Never : Never };

    protected override bool IsBent(long reported, long alarmed) => reported < alarmed;
}
