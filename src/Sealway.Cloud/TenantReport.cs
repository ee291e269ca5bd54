namespace Sealway.Cloud;

using Sealway.Alarms;
using Sealway.Links;
using Sealway.Messages;

/// <summary>One fleet's section of the health report.</summary>
internal sealed record TenantReport(
    IReadOnlyList<LogWatchView> Views,
    IReadOnlyList<(LogId Log, ulong Size, ulong Archived)> Logs,
    ulong[] Lag,
    SilenceWatch Silence,
    int Withheld,
    TenantCounts Counts,
    RegistryState Registry,
    TimeSpan StaleAfter,
    int Gateways,
    int Forks,
    ulong Pruned,
    bool IsStuck,
    bool IsDiskFull,
    IReadOnlyList<string> TooManyGenerations,
    int LogsInMemory,
    TlsProfile MqttTls,
    TlsProfile HttpsTls)
{
    /// <summary>Names in lowerCamel, in the order of a reading's way.</summary>
    public IReadOnlyDictionary<string, object> ToDictionary()
    {
        Array.Sort(Lag);
        FleetTally fleet = FleetTally.Of([.. Views.Select(view => view.Tally)]);
        ulong age = (ulong)Registry.Age.TotalSeconds;
        OrderedDictionary<string, object> report = new()
        {
            ["healthy"] = !IsStuck && !IsDiskFull,
            ["diskFull"] = IsDiskFull,
            ["tooManyGenerations"] = TooManyGenerations,
            ["logsInMemory"] = LogsInMemory,
            ["received"] = Sum(tally => tally.Verdicts.Readings),
            ["verified"] = fleet.Once(Sum(tally => tally.Verdicts.Valid)),
            ["verdicts"] = new OrderedDictionary<string, object>
            {
                ["valid"] = Sum(tally => tally.Verdicts.Valid),
                ["pending"] = Sum(tally => tally.Verdicts.Pending),
                ["doubtful"] = Sum(tally => tally.Verdicts.Doubtful),
                ["refused"] = Sum(tally => tally.Verdicts.Refused),
            },
            ["freshness"] = new OrderedDictionary<string, object>
            {
                ["fresh"] = Sum(tally => tally.Verdicts.Fresh),
                ["stale"] = Sum(tally => tally.Verdicts.Stale),
                ["unproven"] = Sum(tally => tally.Verdicts.Unproven),
            },
            ["refusedBy"] = RefusedBy(),
            ["reconsidered"] = Sum(tally => tally.Reconsidered),
            ["asJudged"] = Sum(tally => tally.AsJudged),
            ["misdated"] = Sum(tally => tally.Misdated),
            ["clockWentBack"] = Sum(tally => tally.Verdicts.ClockWentBack),
            ["gaps"] = fleet.Counts.Gaps,
            ["missing"] = fleet.Counts.Missing,
            ["refusedByGateways"] = Sum(tally => tally.Verdicts.RefusedByGateway),
            ["lost"] = Sum(tally => tally.Verdicts.Lost),
            ["alarmsRaised"] = Sum(tally => tally.AlarmsRaised) + Silence.Raised,
            ["alarmsActive"] = Views.Sum(view => view.Standing) + Silence.Standing,
            ["alarms"] = Views.SelectMany(view => view.Alarms).Concat(Silence.Alarms).OrderByDescending(alarm => alarm.RaisedAt).Take(AlarmNote.MostListed)
                .Select(alarm => AlarmNote.Listed(alarm.Log.ToString(), alarm.Rule, alarm.Sensor?.ToString(), alarm.Metric, alarm.Index, alarm.RaisedAt, alarm.ClearedAt)).ToArray(),
            ["alarmsDiffer"] = Sum(tally => tally.AlarmsDiffer),
            ["silentLogs"] = Silence.Standing,
            ["sealedEntries"] = Sum(tally => tally.Verdicts.SealedEntries),
            ["sealedSizes"] = Views.SelectMany(view => view.Tally.SealedSizes).Distinct().Order().Take(LogTally.MostSizes).ToArray(),
            ["logs"] = OfLogs(log => log.Size),
            ["judged"] = OfLogs(log => Views.FirstOrDefault(view => view.Log == log.Log)?.Judged ?? 0),
            ["archived"] = OfLogs(log => log.Archived),
            ["lagMs"] = new OrderedDictionary<string, object>
            {
                ["p50"] = Cloud.Lag.Percentile(Lag, 0.50),
                ["p99"] = Cloud.Lag.Percentile(Lag, 0.99),
            },
            ["mqttTls"] = MqttTls.Name,
            ["mqttTlsSuites"] = string.Join(' ', MqttTls.Suites),
            ["httpsTls"] = HttpsTls.Name,
            ["httpsTlsSuites"] = string.Join(' ', HttpsTls.Suites),
            ["forks"] = Forks,
            ["cuts"] = Sum(tally => tally.Cuts),
            ["pruned"] = Pruned,
            ["messagesRefused"] = Counts.Refused,
            ["linksRefused"] = Counts.Links,
            ["commandSlots"] = Counts.Commands,
            ["gatewaysConnected"] = Gateways,
            ["registrySize"] = Registry.Size,
            ["registryAgeSeconds"] = Registry.Founded ? age : 0,
            ["registryStale"] = !Registry.Founded || Registry.Age > StaleAfter,
            ["registryWithheld"] = Withheld,
            ["registryAnomalies"] = Registry.Anomalies,
        };
        fleet.Report(report);
        return report;
    }

    private ulong Sum(Func<LogTally, ulong> count) => Views.Aggregate(0ul, (sum, view) => sum + count(view.Tally));

    private OrderedDictionary<string, object> OfLogs(Func<(LogId Log, ulong Size, ulong Archived), ulong> count)
    {
        OrderedDictionary<string, object> counts = [];
        foreach ((LogId Log, ulong Size, ulong Archived) log in Logs)
        {
            counts[log.Log.ToString()] = count(log);
        }

        return counts;
    }

    private OrderedDictionary<string, object> RefusedBy()
    {
        OrderedDictionary<string, object> counts = [];
        foreach (IGrouping<string, KeyValuePair<string, ulong>> reason in Views.SelectMany(view => view.Tally.Verdicts.RefusedBy).GroupBy(pair => pair.Key).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            counts[reason.Key] = reason.Aggregate(0ul, (sum, pair) => sum + pair.Value);
        }

        return counts;
    }
}
