namespace Sealway.Gateway;

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Takes what sensors send, from any number of listeners: one receive loop for each link, everything into the one inbox.</summary>
internal sealed class SensorIntake(IReadOnlyList<ISensorListener> listeners, Inbox inbox, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<SensorSession, Task> _sessions = new();
    private volatile SensorChallenge? _challenge;
    private long _received;

    /// <summary>Messages taken from sensors since the start.</summary>
    internal long Received => Interlocked.Read(ref _received);

    /// <summary>Links that stand.</summary>
    internal int Links => _sessions.Count;

    /// <summary>The challenge that sensors answer from now on; it is durable already. Told to every link that stands and to each that comes.</summary>
    internal void Challenge(ChallengeEvent statement)
    {
        SensorChallenge challenge = new(statement.Nonce);
        _challenge = challenge;
        foreach (SensorSession session in _sessions.Keys)
        {
            session.Tell(challenge);
        }
    }

    /// <summary>Ends the links whose peers a check refuses.</summary>
    internal void Recheck(Func<PeerIdentity, PeerRefusal?> check)
    {
        foreach (SensorSession session in _sessions.Keys)
        {
            if (session.Link.Peer is { } peer && check(peer) is { } refusal)
            {
                logger.LogWarning("ended the link of {Peer}: {Reason}: {Text}", peer, refusal.Reason, refusal.Text);
                session.Refuse(new LinkException(refusal.Reason, refusal.Text));
            }
        }
    }

    /// <summary>Accepts links until told to stop; then ends those that stand and returns when all are gone.</summary>
    internal async Task RunAsync(CancellationToken accept, CancellationToken stop)
    {
        await Task.WhenAll(listeners.Select(listener => AcceptAsync(listener, accept, stop))).ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, accept).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!_sessions.IsEmpty)
        {
            await Task.WhenAll(_sessions.Values).ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(ISensorListener listener, CancellationToken accept, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                SensorSession session = new(await listener.AcceptAsync(accept).ConfigureAwait(false));

                // Entered before it runs, so that its end finds it there.
                TaskCompletionSource run = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _sessions[session] = run.Task;
                _ = ServeAsync(session, run, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (LinkException e) when (e.Reason == LinkRefusal.ClosedHere)
        {
        }
    }

    private async Task ServeAsync(SensorSession session, TaskCompletionSource run, CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(session.Ended, stop);
            if (_challenge is { } challenge)
            {
                await session.Link.SendAsync(challenge.ToArray(), either.Token).ConfigureAwait(false);
            }

            List<ReadOnlyMemory<byte>> messages = [];
            while (await session.Link.ReceiveAsync(messages, either.Token).ConfigureAwait(false))
            {
                ulong at = Milliseconds.Now(time);
                foreach (ReadOnlyMemory<byte> message in messages)
                {
                    Interlocked.Increment(ref _received);
                    if (!await inbox.BringAsync(new Arrival(message.ToArray(), session, at), either.Token).ConfigureAwait(false))
                    {
                        // Stopping: the link stays until the answers to what was taken are out.
                        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (LinkException e)
        {
            logger.LogInformation("a sensor's link from {Remote} ended: {Cause}", session.Link.Remote, e.Message);
        }
        finally
        {
            _sessions.TryRemove(session, out _);
            await session.DisposeAsync().ConfigureAwait(false);
            run.SetResult();
        }
    }
}
