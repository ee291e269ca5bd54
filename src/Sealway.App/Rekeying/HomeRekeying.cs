namespace Sealway.App;

using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Replaces this member's HPKE key. What is to be done next follows from what is there, so that a start after a crash at
/// any moment goes on: the next key is on disk; the registry has it, by the member's own statement; an epoch was opened
/// with it, so that no later one needs the old key; the epochs' keys are kept under it; then the old key is erased.
/// Asking is for any thread; the steps are for the one loop that follows.
/// </summary>
internal sealed class HomeRekeying
{
    // The registry moves about once a day; a statement for a place that is taken by then is made anew.
    private const int MostAttempts = 8;

    private readonly Identity _identity;
    private readonly MemberKeys _keys;
    private readonly CommandQueue _queue;
    private readonly HomeReading _reading;
    private readonly HomeStanding _standing;
    private readonly Func<RegistryView> _registry;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();

    // Under the lock.
    private readonly List<TaskCompletionSource<Kid>> _waiting = [];
    private bool _isAsked;

    // The loop's alone.
    private Task<Refusal>? _sent;
    private int _attempts;

    public HomeRekeying(Identity identity, MemberKeys keys, CommandQueue queue, HomeReading reading, HomeStanding standing, Func<RegistryView> registry, ILogger logger)
    {
        _identity = identity;
        _keys = keys;
        _queue = queue;
        _reading = reading;
        _standing = standing;
        _registry = registry;
        _logger = logger;

        // What was begun before a start is finished.
        _isAsked = keys.Next is not null;
    }

    /// <summary>Raised after the new key took the old one's place.</summary>
    public event Action? Changed;

    /// <summary>Whether the registry is to be asked for before the next step.</summary>
    public bool NeedsRegistry { get; private set; }

    /// <summary>Whether a next key is there that has not taken the old one's place.</summary>
    public bool IsUnderWay => _keys.Next is not null;

    /// <summary>Asks for a new key, or for the end of what was begun.</summary>
    /// <returns>The new key's short name, once the old one is erased.</returns>
    /// <exception cref="InvalidOperationException">The keys cannot be replaced here.</exception>
    public Task<Kid> AskAsync(CancellationToken cancellation)
    {
        if (!_keys.CanBeReplaced)
        {
            throw new InvalidOperationException("where this member's keys lie was not said, so that they cannot be replaced");
        }

        TaskCompletionSource<Kid> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _isAsked = true;
            _waiting.Add(done);
        }

        return done.Task.WaitAsync(cancellation);
    }

    /// <summary>Does what is to be done next, if anything is.</summary>
    /// <param name="latest">The generation that is followed.</param>
    /// <param name="stop">Ends the step.</param>
    /// <exception cref="IOException">The store failed; start again.</exception>
    public async Task StepAsync(LogId latest, CancellationToken stop)
    {
        NeedsRegistry = false;
        RegistryView view = _registry();
        if (_standing.Current.IsRemoved || view.WithdrawalOf(_identity.Kid) is not null)
        {
            Fail(new MessageException(Refusal.Revoked, "this member was removed"));
            return;
        }

        if (view.Find(_identity.Kid) is not { Agreement: { } stated })
        {
            // The registry is not here yet.
            return;
        }

        try
        {
            if (_keys.Next is null)
            {
                if (!IsAsked())
                {
                    return;
                }

                _keys.MakeNext();
            }

            if (stated.Equals(_keys.Next!.PublicKey))
            {
                await FinishAsync(latest, stop).ConfigureAwait(false);
            }
            else
            {
                State(view);
            }
        }
        catch (FleetFileException e)
        {
            Fail(e);
        }
    }

    /// <summary>Nothing is done any more until the next start.</summary>
    public void Close() => Fail(new OperationCanceledException("the app has stopped; it goes on with the new key when it is started again"));

    // The member itself states its new key, for the registry's next place; the gateway only carries it there.
    private void State(RegistryView view)
    {
        if (_sent is null)
        {
            if (IsAsked())
            {
                PublicKey next = _keys.Next!.PublicKey;
                _sent = _queue.Add(content => Stated(content, next));
            }

            return;
        }

        if (!_sent.IsCompleted)
        {
            return;
        }

        Task<Refusal> answered = _sent;
        if (answered is { IsCompletedSuccessfully: true, Result: Refusal.None })
        {
            // It is stated; the cloud has yet to give it.
            NeedsRegistry = true;
            return;
        }

        _sent = null;
        if (!answered.IsCompletedSuccessfully)
        {
            Fail(answered.Exception?.InnerException ?? new OperationCanceledException());
        }
        else if (answered.Result == Refusal.NotNext && ++_attempts < MostAttempts)
        {
            // The registry had moved on.
            NeedsRegistry = true;
        }
        else
        {
            Fail(new MessageException(answered.Result, $"the gateway does not take the new key, after the registry's entry {view.Size - 1}"));
        }
    }

    private CommandContent Stated(CommandContent content, PublicKey next)
    {
        RegistryView view = _registry();
        ulong at = content.ExpiryMilliseconds - (Limits.CommandLifeMilliseconds / 2);
        Entry entry = Statement.Sign(_identity.Signing, view.Log, view.Size, at, new Rotation(_identity.Kid, null, at, Agreement: next));
        return content with { Action = CommandAction.Rekey, Index = view.Size, Statement = entry.Bytes };
    }

    private async Task FinishAsync(LogId latest, CancellationToken stop)
    {
        // An end of a closed generation that is not here yet may need the old key.
        if (_standing.Tail is not null || !_reading.IsOpenedWith(_keys.Next!.PublicKey.Kid))
        {
            return;
        }

        await _reading.KeepAsync(latest, _keys.Next.PublicKey, stop).ConfigureAwait(false);
        Kid kid = _keys.Next.PublicKey.Kid;
        _keys.Promote();
        _logger.LogInformation("the HPKE key {Kid} is in force, and the one before it is erased", kid);
        _sent = null;
        _attempts = 0;
        List<TaskCompletionSource<Kid>> waiting = Take();
        waiting.ForEach(one => one.TrySetResult(kid));
        Changed?.Invoke();
    }

    private bool IsAsked()
    {
        lock (_lock)
        {
            return _isAsked;
        }
    }

    // What was begun stays: the next start, or whoever asks again, goes on.
    private void Fail(Exception cause)
    {
        _attempts = 0;
        List<TaskCompletionSource<Kid>> waiting = Take();
        if (waiting.Count > 0)
        {
            _logger.LogWarning("the HPKE key is not replaced: {Cause}", cause.Message);
            waiting.ForEach(one => one.TrySetException(cause));
        }
    }

    private List<TaskCompletionSource<Kid>> Take()
    {
        lock (_lock)
        {
            List<TaskCompletionSource<Kid>> waiting = [.. _waiting];
            _waiting.Clear();
            _isAsked = false;
            return waiting;
        }
    }
}
