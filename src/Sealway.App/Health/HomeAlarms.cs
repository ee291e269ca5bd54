namespace Sealway.App;

using System.Globalization;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>Says which alarms stand: a pure function of what was read, how the log stands and what the registry says.</summary>
internal static class HomeAlarms
{
    private const int MostSensors = 8;

    /// <param name="view">What was read.</param>
    /// <param name="epoch">The latest epoch that was seen.</param>
    /// <param name="standing">How the log stands.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="heardSeconds">When the registry's newest head was signed, in seconds since 1970.</param>
    /// <param name="now">The time, milliseconds since 1970.</param>
    /// <param name="options">The limits.</param>
    public static IReadOnlyList<HomeAlarm> Of(
        HomeView view, EpochSeen? epoch, Standing standing, RegistryView registry, ulong heardSeconds, ulong now, AppOptions options) =>
    [
        .. One(standing.IsSilent, HomeAlarmKind.Silent, () => Text($"no newer head of {standing.Log} for more than {options.SilentAfter.TotalSeconds:0} s; the newest is of {Time(standing.HeadSeconds * 1000)}")),
        .. One(IsWithheld(standing, heardSeconds, options), HomeAlarmKind.Withheld, () => standing.Withheld
            ?? Text($"the gateway signed the registry at {Time(heardSeconds * 1000)}, and the cloud shows no head of {standing.Log} after {Time(standing.HeadSeconds * 1000)}")),
        .. One(standing.Forks > 0, HomeAlarmKind.Forked, () => Text($"{standing.Forks} times another history was signed under the gateway's key; both sides are kept")),
        .. One(standing.Cut is not null, HomeAlarmKind.Cut, () => standing.Cut!),
        .. One(view.Gaps.Count > 0, HomeAlarmKind.Gap, () => string.Join("; ", view.Gaps.Take(MostSensors).Select(pair => Text($"{Name(view, registry, pair.Key)}: {pair.Value} readings missing")))),
        .. One(view.Closed is not null && !standing.IsRemoved, HomeAlarmKind.Closed, () => Closed(view.Closed!)),
        .. One(view.LastRefused is not null, HomeAlarmKind.Refused, () => Text($"{view.Counts.Refused.Values.Sum()} refused, the last in entry {view.LastRefused!.Index} of {view.LastRefused.Log}: {view.LastRefused.Reason}")),
        .. One(IsStale(registry, heardSeconds, now, options), HomeAlarmKind.RegistryStale, () => Text($"the registry's newest word is of {Time(Word(registry, heardSeconds))}")),
        .. RegistryWithheld(epoch, registry),
        .. One(standing.IsRemoved, HomeAlarmKind.Removed, () => "this member was removed: what came before stays readable here, nothing new can be opened"),
    ];

    private static HomeAlarm[] One(bool stands, HomeAlarmKind kind, Func<string> text) => stands ? [new HomeAlarm(kind, text())] : [];

    // The gateway signs the registry and the log by one clock: who gives newer heads of one gives none of the other.
    private static bool IsWithheld(Standing standing, ulong heardSeconds, AppOptions options) => standing.Withheld is not null
        || (standing.HeadSeconds > 0 && heardSeconds > standing.HeadSeconds + (ulong)options.SilentAfter.TotalSeconds);

    private static bool IsStale(RegistryView registry, ulong heardSeconds, ulong now, AppOptions options) =>
        registry.IsFounded && now > Word(registry, heardSeconds) + (ulong)options.RegistryStaleAfter.TotalMilliseconds;

    private static ulong Word(RegistryView registry, ulong heardSeconds) => Math.Max(registry.LatestStatus?.ThroughMilliseconds ?? 0, heardSeconds * 1000);

    private static IEnumerable<HomeAlarm> RegistryWithheld(EpochSeen? epoch, RegistryView registry)
    {
        if (epoch is { } seen && seen.RegistrySize > registry.Size)
        {
            yield return new HomeAlarm(HomeAlarmKind.RegistryWithheld, Text($"the gateway acts on {seen.RegistrySize} entries of the registry, and the cloud gives {registry.Size}"));
        }
        else if (registry.Anomalies.LastOrDefault(one => one.Withheld is not null) is { } anomaly)
        {
            yield return new HomeAlarm(HomeAlarmKind.RegistryWithheld, Text($"the status in entry {anomaly.Index} of the registry leaves out that {anomaly.Withheld} was withdrawn"));
        }
    }

    private static string Closed(ClosedSince closed) => Text($"nothing opens since entry {closed.Index} of {closed.Log}, {Time(closed.At)}: ") + closed.Why switch
    {
        Refusal.NotForUs => Text($"epoch {closed.Epoch} was not sealed for this member"),
        Refusal.UnknownEpoch => Text($"the entry of epoch {closed.Epoch} was not given"),
        Refusal why => Text($"epoch {closed.Epoch}: {why}"),
    };

    private static string Name(HomeView view, RegistryView registry, Kid sensor)
    {
        string name = registry.Find(sensor)?.Name ?? sensor.ToString();
        return view.Labels.GetValueOrDefault(name, name);
    }

    private static string Time(ulong milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        (long)Math.Min(milliseconds, (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())).ToString("u", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
