namespace Sealway.Fleet;

/// <summary>How surely a reading was made about when it arrived. The default value is the one that proves nothing.</summary>
public enum Freshness
{
    /// <summary>The sensor has not answered any challenge in this log, as one that only broadcasts never does.</summary>
    Unproven = 0,

    /// <summary>The answer that the reading follows is too old: it may have been recorded, jammed and released later.</summary>
    Stale = 1,

    /// <summary>The reading is, or follows, the answer to a challenge that is young enough: see <see cref="FreshnessWindow"/>.</summary>
    Fresh = 2,
}
