namespace Sealway.Cli.Drill;

/// <summary>What a drill finds wrong.</summary>
internal enum FindingKind
{
    /// <summary>An acknowledged reading is not where it must be.</summary>
    Lost,

    /// <summary>A reading stands twice where it may stand once.</summary>
    Doubled,

    /// <summary>A head, an entry or a number contradicts an earlier one.</summary>
    Contradiction,

    /// <summary>A reading that no sensor signed, or that is not valid.</summary>
    Foreign,

    /// <summary>A part did not come back, ended by itself, or did not do its work in time.</summary>
    Stuck,

    /// <summary>The archive's own check found something.</summary>
    Unsound,
}
