namespace Sealway.Cloud;

using Microsoft.Extensions.Logging;
using Sealway.Alarms;
using Sealway.Messages;

/// <summary>
/// Says in the log what the watch found in some entries of one log. No values: an alarm's line names rule and sensor.
/// Refused entries are counted first, since whoever writes them decides how many there are.
/// </summary>
internal sealed class WatchReport(LogId log, ILogger logger)
{
    private const int MostDifferences = 8;

    private readonly Dictionary<Refusal, int> _refused = [];
    private int _differences;

    /// <summary>Whether an alarm was raised or cleared.</summary>
    public bool HasAlarms { get; private set; }

    public void Refused(Refusal reason) => _refused[reason] = _refused.GetValueOrDefault(reason) + 1;

    public void Alarm(AlarmChange change, ulong index)
    {
        HasAlarms = true;
        if (change.Raised)
        {
            logger.LogWarning("alarm {Rule} ({Priority}) raised for sensor {Sensor} by entry {Index} of {Log}", change.Rule.Name, change.Rule.Priority, change.Sensor, index, log);
        }
        else
        {
            logger.LogInformation("alarm {Rule} cleared for sensor {Sensor} by entry {Index} of {Log}", change.Rule.Name, change.Sensor, index, log);
        }
    }

    public void Differs(UnmatchedAlarm differs)
    {
        if (++_differences <= MostDifferences)
        {
            logger.LogWarning(
                "{Log}: only {Side} says that alarm {Rule} was {Change} for sensor {Sensor}: its rules are others, or it states what its log does not bear out",
                log, differs.ByGateway ? "the gateway" : "the cloud", differs.Rule, differs.Raised ? "raised" : "cleared", differs.Sensor);
        }
    }

    /// <summary>Says what was counted.</summary>
    public void End()
    {
        foreach ((Refusal reason, int count) in _refused)
        {
            logger.LogWarning("{Log}: {Count} entries judged as refused: {Reason}", log, count, reason);
        }

        if (_differences > MostDifferences)
        {
            logger.LogWarning("{Log}: {Count} further changes of alarms that only one side tells of", log, _differences - MostDifferences);
        }
    }
}
