namespace Sealway.Fleet;

/// <summary>How old a challenge may be for a reading that follows its answer to be fresh.</summary>
public static class FreshnessWindow
{
    /// <summary>150 seconds, in milliseconds: gateways challenge every minute, so that one lost answer, and half a minute on the way, do no harm.</summary>
    public const ulong Milliseconds = 150_000;
}
