namespace Sealway.App;

using System.Text.Json;

/// <summary>An app's health report: what it has read, how the log stands, and whether the cloud answers.</summary>
internal static class AppHealth
{
    public static IReadOnlyDictionary<string, object> Of(HomeView view, Standing standing, IReadOnlyList<HomeAlarm> alarms, bool wasReached, bool isRekeying, ulong registrySize, ulong now)
    {
        HomeCounts counts = view.Counts;
        return new Dictionary<string, object>
        {
            ["log"] = standing.Log.ToString(),
            ["entries"] = counts.Entries,
            ["blanks"] = counts.Blanks,
            ["sealedEntries"] = counts.SealedEntries,
            ["epochs"] = counts.Epochs,
            ["slotsOpened"] = counts.SlotsOpened,
            ["slotsClosed"] = counts.SlotsClosed,
            ["opened"] = counts.Readings,
            ["rollups"] = counts.Rollups,
            ["stale"] = counts.Stale,
            ["doubtful"] = counts.Doubtful,
            ["gaps"] = counts.Gaps,
            ["refused"] = counts.Refused.Values.Sum(),
            ["refusedBy"] = counts.Refused.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            ["aggregatesAgeSeconds"] = view.LatestReadingAt == 0 ? -1L : (long)(Math.Max(now, view.LatestReadingAt) - view.LatestReadingAt) / 1000,
            ["headSize"] = standing.Size,
            ["finalSize"] = standing.FinalSize,
            ["provisional"] = standing.Size - Math.Min(standing.Size, standing.FinalSize),
            ["heating"] = view.Heating.ToDictionary(
                pair => pair.Key,
                object (pair) => new Dictionary<string, object> { ["on"] = pair.Value.On, ["target"] = pair.Value.Target.ToDouble() }),
            ["heatingChanges"] = counts.HeatingChanges,
            ["sealedSizes"] = counts.SealedSizes.ToArray(),
            ["forks"] = standing.Forks,
            ["silent"] = standing.IsSilent,
            ["alarms"] = alarms.ToDictionary(alarm => JsonNamingPolicy.CamelCase.ConvertName(alarm.Kind.ToString()), object (alarm) => alarm.Text),
            ["connected"] = wasReached && standing.Trouble is null,
            ["removed"] = standing.IsRemoved,
            ["rekeying"] = isRekeying,
            ["trouble"] = standing.Trouble ?? string.Empty,
            ["registrySize"] = registrySize,
        };
    }
}
