namespace Sealway.Cli.Drill;

using System.Diagnostics.CodeAnalysis;

/// <summary>
/// Chooses by a seed who dies when. Of each eight rounds in a row one is each role's alone, one takes several parts and one all, in an order
/// of its own; so that a short drill has killed every role too. In a third of the deaths the part is killed again while it recovers.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "A drill needs chance that can be repeated, not secrecy.")]
internal sealed class CrashPlan(int seed)
{
    public const string Several = "several";
    public const string All = "all";

    // Within the time of some batches and slots, and of a part's start.
    private const int LongestWait = 500;
    private const int LongestDown = 150;
    private const int LongestRecovery = 900;

    private readonly Random _random = new(seed);
    private readonly Queue<string> _block = new();
    private int _number;

    /// <summary>The next round.</summary>
    public CrashRound Next()
    {
        if (_block.Count == 0)
        {
            string[] block = [.. DrillPart.Roles, Several, All];
            _random.Shuffle(block);
            Array.ForEach(block, _block.Enqueue);
        }

        string what = _block.Dequeue();
        return new CrashRound(++_number, what, [.. Victims(what).Select(Axe)]);
    }

    private DrillPart[] Victims(string what)
    {
        DrillPart[] parts = what is Several or All ? [.. DrillPart.All] : [.. DrillPart.All.Where(part => part.Role == what)];
        if (what == All)
        {
            return parts;
        }

        // Of a role with two processes one of them, or both; of several, two to all but one.
        _random.Shuffle(parts);
        int least = what == Several ? 2 : 1;
        int most = what == Several ? parts.Length - 1 : parts.Length;
        return parts[.._random.Next(least, most + 1)];
    }

    private Axe Axe(DrillPart part) => new(
        part.Name,
        Milliseconds(LongestWait),
        Milliseconds(LongestDown),
        _random.Next(3) == 0 ? Milliseconds(LongestRecovery) : null);

    private TimeSpan Milliseconds(int most) => TimeSpan.FromMilliseconds(_random.Next(most + 1));
}
