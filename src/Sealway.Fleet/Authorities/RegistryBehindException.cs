namespace Sealway.Fleet;

/// <summary>The registry here is not what was published: followers hold more of it, or something else. It is not extended, since that would be a fork; bring back the newest copy of the fleet's folder.</summary>
public sealed class RegistryBehindException : Exception
{
    /// <summary>Says both sizes.</summary>
    /// <param name="published">The size that followers hold.</param>
    /// <param name="here">The size here.</param>
    public RegistryBehindException(ulong published, ulong here)
        : base($"the published registry has {published} entries and is not continued by the {here} here: bring back the newest registry.db of this fleet")
    {
        Published = published;
        Here = here;
    }

    /// <summary>The size that followers hold.</summary>
    public ulong Published { get; }

    /// <summary>The size here.</summary>
    public ulong Here { get; }
}
