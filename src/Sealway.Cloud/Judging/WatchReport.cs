namespace Sealway.Cloud;

using Microsoft.Extensions.Logging;
using Sealway.Alarms;
using Sealway.Fleet;
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

    public void Misdated(ulong index, long milliseconds) => logger.LogWarning(
        "{Log}: from entry {Index} on entries are misdated: {Seconds} s {Side}", log, index, Math.Abs(milliseconds) / 1000, milliseconds < 0 ? "before the cloud's countersignature of what came before them" : "ahead of the cloud's clock");

    public void ClockWentBack(ulong index, ulong milliseconds) => logger.LogWarning("{Log}: at entry {Index} the gateway's clock went back by {Seconds} s", log, index, milliseconds / 1000);

    public void Differs(UnmatchedAlarm differs)
    {
        if (++_differences <= MostDifferences)
        {
            logger.LogWarning(
                "{Log}: only {Side} says that alarm {Rule} was {Change} for sensor {Sensor}: its rules are others, or it states what its log does not bear out",
                log, differs.ByGateway ? "the gateway" : "the cloud", differs.Rule, differs.Raised ? "raised" : "cleared", differs.Sensor);
        }
    }

    /// <summary>Says what judging the log again came to.</summary>
    public void Reconsidered(Reconsidering again, ulong asJudged)
    {
        foreach ((Kid sensor, MovedReadings moved) in again.Moved)
        {
            Withdrawal? withdrawal = again.Registry.WithdrawalOf(sensor);
            logger.LogWarning(
                "{Log} was judged again as of registry {Registry}: of sensor {Sensor} {Doubtful} readings judged valid before are doubtful now, {Refused} are refused now; withdrawn since {Since}, entry {Index} of the registry",
                log, again.Registry.Size, sensor, moved.Doubtful, moved.Refused, withdrawal is null ? "?" : DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(withdrawal.SinceMilliseconds, 253_402_300_799_999)), withdrawal?.Index);
        }

        if (again.OtherEntries > 0)
        {
            logger.LogWarning("{Log} was judged again as of registry {Registry}: {Count} entries that hold no reading are worth something else now", log, again.Registry.Size, again.OtherEntries);
        }

        if (asJudged > 0)
        {
            logger.LogWarning("{Log} was judged again: {Count} entries are held as their hash alone and count as they were judged before", log, asJudged);
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
