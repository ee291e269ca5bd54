namespace Sealway.Cli.Demo.Attacks;

using System.Globalization;
using System.Text.Json;

/// <summary>Looks at counters of a part's health report: how they stood when it was opened, and when they have risen.</summary>
internal sealed class HealthEye
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly Part _part;
    private readonly string[] _paths;
    private readonly Dictionary<string, long> _before;
    private long _struck = TimeProvider.System.GetTimestamp();

    private HealthEye(Part part, string[] paths, Dictionary<string, long> before)
    {
        _part = part;
        _paths = paths;
        _before = before;
    }

    /// <summary>Opens the eye.</summary>
    /// <param name="part">Whom it looks at.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="paths">Dotted paths of counters, or of maps of counters such as <c>refusedBy</c>.</param>
    public static async Task<HealthEye> Open(Part part, CancellationToken stop, params string[] paths) =>
        new(part, paths, Counts(await part.Ready(stop).ConfigureAwait(false), paths));

    /// <summary>Opens the eye on a part that was started just now: whatever it counts, it counts because of what was done.</summary>
    public static HealthEye FromZero(Part part, params string[] paths) => new(part, paths, []);

    /// <summary>The attacker's act was done just now.</summary>
    public void Struck() => _struck = TimeProvider.System.GetTimestamp();

    /// <summary>Waits until the counters have risen by so much altogether.</summary>
    /// <param name="tried">How often it was tried: so much must they rise.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="within">How long at most.</param>
    /// <exception cref="Unnoticed">They did not.</exception>
    public async Task<Noticed> See(int tried, CancellationToken stop, TimeSpan? within = null)
    {
        while (true)
        {
            Dictionary<string, long> now = Counts(await _part.Health(stop).ConfigureAwait(false), _paths);
            Dictionary<string, long> risen = now.Select(pair => (pair.Key, By: pair.Value - _before.GetValueOrDefault(pair.Key))).Where(pair => pair.By > 0).ToDictionary(pair => pair.Key, pair => pair.By, StringComparer.Ordinal);
            TimeSpan after = TimeProvider.System.GetElapsedTime(_struck);
            string how = string.Join(", ", risen.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")));
            if (risen.Values.Sum() >= tried)
            {
                return new Noticed(tried, tried, _part.Name, how, after.TotalMilliseconds);
            }

            if (_part.HasExited || after > (within ?? Patience))
            {
                throw new Unnoticed(tried, (int)risen.Values.Sum(), string.Create(CultureInfo.InvariantCulture, $"{_part.Name}'s {string.Join(", ", _paths)} rose by {risen.Values.Sum()} within {after.TotalSeconds:0} s ({how})"));
            }

            await Task.Delay(Poll, stop).ConfigureAwait(false);
        }
    }

    private static Dictionary<string, long> Counts(JsonElement? health, string[] paths)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            switch (Figures.At(health, path))
            {
                case { ValueKind: JsonValueKind.Object } map:
                    foreach (JsonProperty one in map.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.Number))
                    {
                        counts[one.Name] = (long)one.Value.GetDouble();
                    }

                    break;
                case { ValueKind: JsonValueKind.Number } number:
                    counts[path.Split('.')[^1]] = (long)number.GetDouble();
                    break;
            }
        }

        return counts;
    }
}
