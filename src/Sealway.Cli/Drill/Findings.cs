namespace Sealway.Cli.Drill;

/// <summary>What a drill found wrong: all of it counted, the first of it told.</summary>
internal sealed class Findings
{
    private const int Told = 100;

    private readonly Dictionary<FindingKind, long> _counts = [];
    private readonly List<Finding> _first = [];

    /// <summary>The round that is on, or was last.</summary>
    public int Round { get; set; }

    /// <summary>Whether nothing was found.</summary>
    public bool None => _counts.Count == 0;

    /// <summary>The first that were found.</summary>
    public IReadOnlyList<Finding> First => _first;

    /// <summary>How many of a kind.</summary>
    public long Count(FindingKind kind) => _counts.GetValueOrDefault(kind);

    public void Add(FindingKind kind, string where, string what)
    {
        _counts[kind] = Count(kind) + 1;
        if (_first.Count < Told)
        {
            _first.Add(new Finding(kind.ToString(), Round, where, what));
        }
    }
}
