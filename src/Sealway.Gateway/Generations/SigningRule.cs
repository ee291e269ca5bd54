namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>
/// When a gateway may sign (design, "Following a log": generations). After a start it logs but signs nothing until it has
/// seen the latest head that the cloud holds of it: a disk that was restored or replaced would otherwise sign a second
/// history under the same log-id. It goes on if its disk extends that head; else it begins the next generation, which
/// says so. The decision is a pure function; who calls it keeps the state.
/// </summary>
public static class SigningRule
{
    /// <summary>Why generation 0 begins.</summary>
    public const string First = "first start";

    /// <summary>Why a generation begins whose gateway finds another history at the cloud.</summary>
    public const string NotExtended = "the disk does not extend the log's latest head";

    /// <summary>Why a generation begins whose gateway finds a later generation at the cloud.</summary>
    public const string LaterElsewhere = "a later generation is at the cloud";

    /// <summary>Why a generation begins that an operator asked for.</summary>
    public const string Operator = "an operator's act";

    /// <summary>Why a generation begins that leaves out what a full disk has no room for.</summary>
    public const string DiskFull = "the disk's share is full";

    /// <summary>What to do.</summary>
    /// <param name="disk">The state of the latest generation on disk: its log, size and root now.</param>
    /// <param name="signs">Whether the gateway signs already.</param>
    /// <param name="held">What the cloud says it holds.</param>
    /// <param name="ownKey">Whether the head in it is validly signed by this gateway's key, or by one that the registry names as its earlier; of no meaning without a head.</param>
    /// <param name="extends">Whether the disk extends that head; of no meaning for another generation than the disk's.</param>
    /// <param name="operatorAsks">Whether an operator wants a new generation.</param>
    public static GenerationDecision Decide(PreviousGeneration disk, bool signs, Held held, bool ownKey, bool extends, bool operatorAsks)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(held);
        LogId log = disk.Log;
        GenerationDecision stay = new(GenerationStep.Stay, log, null, string.Empty);
        if (held.Log.Name != log.Name || (held.Head is not null && !ownKey))
        {
            return stay;
        }

        // An earlier generation's state says nothing about this one's: it may have been sent for its own sake.
        if (held.Log.Generation < log.Generation)
        {
            return stay;
        }

        if (held.Log.Generation > log.Generation)
        {
            return held.Head is { } later ? Next(held.Log, Known(held, later), LaterElsewhere) : stay;
        }

        if (held.Head is { } head && !extends)
        {
            return Next(log, Known(held, head), NotExtended);
        }

        return operatorAsks ? Next(log, held.Head is { } last ? Known(held, last) : disk, Operator)
            : signs ? stay
            : new(GenerationStep.Sign, log, null, string.Empty);
    }

    private static PreviousGeneration Known(Held held, Head head) => new(held.Log, held.Size, head.Root);

    private static GenerationDecision Next(LogId after, PreviousGeneration previous, string reason) =>
        new(GenerationStep.BeginNext, after.Next, previous, reason);
}
