namespace Sealway.App;

using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>How the home's log, the link and this member's own place stand. Looking is for any thread; changing is for the one loop that follows.</summary>
internal sealed class HomeStanding
{
    private const int RefusalsOfRemoved = 3;

    private readonly AppOptions _options;
    private readonly ILogStore _store;
    private readonly Func<RegistryView> _registry;
    private readonly HomeReading _reading;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();

    // Under the lock.
    private Standing _standing;
    private ulong _heardSeconds;
    private long _heardAt;

    // The loop's alone.
    private int _refusals;
    private volatile bool _wasReached;
    private string? _told;

    public HomeStanding(AppOptions options, ILogStore store, Func<RegistryView> registry, HomeReading reading, TimeProvider time, ILogger logger)
    {
        _options = options;
        _store = store;
        _registry = registry;
        _reading = reading;
        _time = time;
        _logger = logger;
        _standing = new Standing(options.Home.Log, 0, 0, 0, false, false, null);
        _heardAt = time.GetTimestamp();
    }

    /// <summary>Raised when the standing changed.</summary>
    public event Action? Changed;

    /// <summary>Now.</summary>
    public Standing Current
    {
        get
        {
            lock (_lock)
            {
                return _standing with { IsSilent = _time.GetElapsedTime(_heardAt) > _options.SilentAfter };
            }
        }
    }

    /// <summary>Whether the cloud has answered since the start.</summary>
    public bool WasReached => _wasReached;

    /// <summary>The end of a closed generation that is not held: it is asked for again. Null where all is held.</summary>
    public EntriesRequest? Tail { get; private set; }

    /// <summary>The cloud has shown that it holds more than it gives, or gives it now.</summary>
    /// <param name="what">What, in words; null: nothing.</param>
    public void Withheld(string? what)
    {
        lock (_lock)
        {
            _standing = _standing with { Withheld = what };
        }

        Tell(what);
        Changed?.Invoke();
    }

    /// <summary>Looks at what is held of a generation.</summary>
    public async Task LookAsync(LogId log, CancellationToken stop)
    {
        LogState? state = await _store.State(log, stop).ConfigureAwait(false);
        ulong final = await FinalAsync(log, state?.Size ?? 0, stop).ConfigureAwait(false);

        int forks = 0;
        foreach (LogId each in (await _store.Logs(stop).ConfigureAwait(false)).Where(each => each.Name == log.Name))
        {
            forks += (await _store.Forks(each, stop).ConfigureAwait(false)).Count;
        }

        bool hadTail = Tail is not null;
        (string? cut, string? tail) = await CompareAsync(stop).ConfigureAwait(false);
        lock (_lock)
        {
            _standing = _standing with { Log = log, Size = state?.Size ?? 0, FinalSize = final, Forks = forks, Cut = cut, HeadSeconds = state?.Head?.Head.Claims.Seconds ?? 0 };
            _standing = tail is not null || hadTail ? _standing with { Withheld = tail } : _standing;
            if (state?.Head is { } head && head.Head.Claims.Seconds > _heardSeconds)
            {
                _heardSeconds = head.Head.Claims.Seconds;
                _heardAt = _time.GetTimestamp();
            }
        }

        Changed?.Invoke();
    }

    // What each generation says of the one before, against what is held of that.
    private async Task<(string? Cut, string? Tail)> CompareAsync(CancellationToken stop)
    {
        string? cut = null;
        string? withheld = null;
        Tail = null;
        foreach (PreviousGeneration previous in _reading.Look(view => view.Previous.Values.ToArray()))
        {
            LogState? state = await _store.State(previous.Log, stop).ConfigureAwait(false);
            ulong size = state?.Size ?? 0;
            if (size > previous.Size)
            {
                cut = $"a later generation names {previous.Size} entries of {previous.Log}, and {size} are held here: {size - previous.Size} were cut off";
            }
            else if (size == previous.Size && state is not null && !previous.Root.Span.SequenceEqual(state.Frontier.Root()))
            {
                cut = $"a later generation names another history of {previous.Log} than the {size} entries that are held here";
            }
            else if (size < previous.Size && Tail is null)
            {
                Tail = new EntriesRequest(previous.Log, size, previous.Size);
                withheld = $"a later generation names {previous.Size} entries of {previous.Log}, and the cloud gave {size}";
            }
        }

        Tell(cut);
        Tell(withheld);
        return (cut, withheld);
    }

    private void Tell(string? what)
    {
        if (what is not null && what != _told)
        {
            _told = what;
            _logger.LogError("{What}", what);
        }
    }

    /// <summary>Looks whether the registry says that this member was removed.</summary>
    public void SeeRemoval()
    {
        if (IsWithdrawn())
        {
            Remove();
        }
    }

    /// <summary>The cloud has answered.</summary>
    public void Reached()
    {
        _refusals = 0;
        _wasReached = true;
        bool withdrawn = IsWithdrawn();
        lock (_lock)
        {
            _standing = _standing with { Trouble = null, IsRemoved = withdrawn };
        }
    }

    /// <summary>Something came between.</summary>
    public void Trouble(Exception cause)
    {
        // Over TLS 1.3 a server that refuses a certificate only closes: from one that used to welcome it, again and again, that is an answer too.
        _refusals = cause is LinkException { Reason: LinkRefusal.RefusedByPeer } ? _refusals + 1 : 0;
        if (cause is LinkException { Reason: LinkRefusal.Revoked } || (_wasReached && _refusals >= RefusalsOfRemoved))
        {
            Remove();
        }

        lock (_lock)
        {
            _standing = _standing with { Trouble = cause.Message };
        }

        _logger.LogWarning("following is interrupted: {Cause}", cause.Message);
        Changed?.Invoke();
    }

    /// <summary>Up to where those whose word makes it final hold the log together, from its first entry on. What a key stated before its withdrawal counts.</summary>
    private async Task<ulong> FinalAsync(LogId log, ulong size, CancellationToken stop)
    {
        RegistryView registry = _registry();
        List<(ulong From, ulong To)> held = [];
        foreach (Kid kid in Finalizers(registry))
        {
            for (ulong most = size; most > 0;)
            {
                if (await _store.HeadAtOrBefore(log, most, kid, stop).ConfigureAwait(false) is not { } head)
                {
                    break;
                }

                if (head.Countersignatures.FirstOrDefault(one => one.Kid == kid && Counts(registry, one)) is { } countersignature)
                {
                    held.Add((countersignature.From, head.Size));
                    break;
                }

                most = head.Size == 0 ? 0 : head.Size - 1;
            }
        }

        ulong final = 0;
        foreach ((ulong from, ulong to) in held.OrderBy(one => one.From))
        {
            final = from <= final ? Math.Max(final, to) : final;
        }

        return final;
    }

    private static bool Counts(RegistryView registry, Countersignature one) =>
        registry.WithdrawalOf(one.Kid) is not { } gone || one.Seconds * 1000 < gone.SinceMilliseconds;

    // Another member, the owner (this app too, if it is the owner), or an archive that an assignment names. The owner is the first member.
    private IEnumerable<Kid> Finalizers(RegistryView registry)
    {
        List<Party> members = [.. registry.Parties.Where(party => party.Role == Role.App)];
        HashSet<string> named = [.. registry.Assignments.Select(one => one.Archive).OfType<Kid>().Select(kid => registry.Find(kid)?.Name).OfType<string>()];
        return members
            .Where((party, i) => i == 0 || party.Kid != _options.Identity.Kid)
            .Concat(registry.Parties.Where(party => named.Contains(party.Name)))
            .Select(party => party.Kid)
            .Distinct();
    }

    private bool IsWithdrawn() => _registry().WithdrawalOf(_options.Identity.Kid) is not null;

    private void Remove()
    {
        bool news;
        lock (_lock)
        {
            news = !_standing.IsRemoved;
            _standing = _standing with { IsRemoved = true };
        }

        if (news)
        {
            _logger.LogWarning("this member was removed from the home: what came before stays readable here, nothing new can be opened");
            Changed?.Invoke();
        }
    }
}
