namespace Sealway.Archive;

/// <summary>What a check has read and verified, and what is wrong.</summary>
public sealed record ArchiveCheckReport
{
    /// <summary>Logs, the registry and every generation counted.</summary>
    public int Logs { get; internal set; }

    /// <summary>Entries, each with its bytes verified against its leaf hash; blanks apart.</summary>
    public ulong Entries { get; internal set; }

    /// <summary>Entries held as their hash alone without an order of the registry.</summary>
    public ulong Blanks { get; internal set; }

    /// <summary>Entries erased by order of the authority, each with the order found in the registry.</summary>
    public ulong Erased { get; internal set; }

    /// <summary>Entries that hold a reading that counts, judged anew.</summary>
    public ulong Readings { get; internal set; }

    /// <summary>Numbers of sensors that are missing within boots in every log. Of an archive with damage this and the next two are not counted.</summary>
    public ulong Missing { get; internal set; }

    /// <summary>How often a reading stands in a log beyond the first: in another gateway's, or in a later generation.</summary>
    public ulong WitnessedAgain { get; internal set; }

    /// <summary>Numbers under which two contents stand in two logs, both signed: evidence of a cloned key.</summary>
    public ulong Cloned { get; internal set; }

    /// <summary>Bundles and tiles.</summary>
    public ulong Tiles { get; internal set; }

    /// <summary>Heads, each with its signature and its root verified.</summary>
    public ulong Heads { get; internal set; }

    /// <summary>Countersignatures, each verified.</summary>
    public ulong Countersignatures { get; internal set; }

    /// <summary>Forks of which evidence is kept.</summary>
    public int Forks { get; internal set; }

    /// <summary>Logs that are held from the middle on, with the first index held: what lies before is not here, and not judged.</summary>
    public IReadOnlyList<(Messages.LogId Log, ulong Start)> NotJudgedBefore { get; internal set; } = [];

    /// <summary>Files read.</summary>
    public ulong Files { get; internal set; }

    /// <summary>Bytes read.</summary>
    public ulong Bytes { get; internal set; }

    /// <summary>Logs whose kept verdicts are not as of the registry and the entries that are here now, because a key was withdrawn, the registry has come, or entries were blanked since. A running archive judges again after a withdrawal by itself.</summary>
    public int Reconsidered { get; internal set; }

    /// <summary>What is wrong; beyond <see cref="ArchiveCheck.MostProblems"/> the rest is only counted.</summary>
    public IReadOnlyList<ArchiveProblem> Problems { get; internal set; } = [];

    /// <summary>How many problems there are.</summary>
    public ulong ProblemCount { get; internal set; }

    /// <summary>Whether everything is as it was stored.</summary>
    public bool IsSound => ProblemCount == 0;
}
