namespace Sealway.Cli.Demo.Attacks;

using Sealway.Alarms;

/// <summary>The cloud's limits are set so close that everything alarms.</summary>
/// <param name="target">The log with a true alarm.</param>
internal sealed class FalseAlarm(OperatorTarget target) : BentAlarms(target)
{
    private const double Always = 1_000;

    public override string Name => "a false alarm raised in the cloud";

    protected override AlarmRule Bend(AlarmRule rule) => rule with { Limit = rule.Kind == AlarmKind.Below ? Always : rule.Limit, Seconds = 0 };

    protected override bool IsBent(long reported, long alarmed) => reported > alarmed;
}
