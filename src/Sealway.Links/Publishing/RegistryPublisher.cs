namespace Sealway.Links;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Publishes a fleet's registry to its cloud, for everyone to follow: what another process of the authority appends, and
/// on its own a status and a head when they are due, so that silence is never taken for withholding. Used by
/// <c>sealway registrar</c>, and by a home's gateway. It extends only what the cloud holds; a registry that is behind
/// what was published is not extended any more.
/// </summary>
public sealed class RegistryPublisher : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    private readonly Registrar _registrar;
    private readonly FollowClient _client;
    private readonly TlsIdentitySource? _own;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private Held? _held;
    private bool _known;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="registrar">The registrar and its registry; not owned.</param>
    /// <param name="cloud">The cloud's HTTPS address.</param>
    /// <param name="cloudName">The cloud's enrolled name; null: any cloud of this fleet at that address.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    /// <param name="tls">Its TLS certificate and key where they may be replaced while it runs; null: the registrar's, as they are. Not owned.</param>
    public RegistryPublisher(Registrar registrar, HostPort cloud, string? cloudName, TimeProvider time, ILogger? logger = null, TlsIdentitySource? tls = null)
    {
        ArgumentNullException.ThrowIfNull(registrar);
        _registrar = registrar;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        _own = tls is null ? TlsIdentitySource.Of(registrar.Identity) : null;
        PeerCheck check = new(() => registrar.Registry.Current, time);
        _client = new FollowClient(cloud, new TlsPolicy(tls ?? _own!, RegistryCheck.Of(check), time), new PeerExpectation(cloudName, Role.Cloud));
    }

    /// <summary>The size that the cloud holds, as it last said.</summary>
    public ulong Published => _held?.Size ?? 0;

    /// <summary>Publishes at once instead of at the next look.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Publishes what there is, and returns when the cloud holds it.</summary>
    /// <exception cref="LinkException">The cloud cannot be reached or refuses.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    /// <exception cref="RegistrarReplacedException">The registrar has another key by now.</exception>
    public async Task PublishAsync(CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // First: the cloud may know of a replaced key already and let its connections in no more, and no trouble of the link must hide that.
            await _registrar.RefreshAsync(cancellation).ConfigureAwait(false);
            _registrar.RequireStands();
            if (!_known)
            {
                await Know(await Ask(new HeadRequest(_registrar.Log), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                _known = true;
            }

            await _registrar.RefreshAsync(cancellation).ConfigureAwait(false);
            _registrar.RequireStands();
            while (await _registrar.Writer.NextAppendAsync(Published, cancellation).ConfigureAwait(false) is { } append && IsNews(append))
            {
                ulong before = Published;
                await Know(await Ask(append, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                if (Published < append.Head.Claims.Size && Published == before)
                {
                    throw new LinkException(LinkRefusal.Failed, $"the cloud does not take the registry beyond {before} entries; see its log for the reason");
                }
            }
        }
        catch
        {
            _known = false;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Publishes until told to stop; goes on after every trouble of the link or the disk: what is really stored is read before anything more is stated.</summary>
    /// <param name="headEvery">How often a head is signed even if nothing happened; at most a minute.</param>
    /// <param name="statusEvery">How often every revocation so far is stated; at most a day.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="RegistryBehindException">The registry here is not the one published: an operator must bring it back.</exception>
    /// <exception cref="RegistrarReplacedException">The registrar has another key by now.</exception>
    public async Task RunAsync(TimeSpan headEvery, TimeSpan statusEvery, CancellationToken stop)
    {
        TimeSpan backoff = Look;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await SignDue(headEvery, statusEvery, stop).ConfigureAwait(false);
                await PublishAsync(stop).ConfigureAwait(false);
                backoff = Look;
            }
            catch (Exception trouble) when (trouble is LinkException or MessageException or IOException)
            {
                _logger.LogWarning("the registry is not published: {Reason}; again in {Seconds} s", trouble.Message, backoff.TotalSeconds);
                backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, LongestBackoff.Ticks));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }

            await Pause(backoff, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _own?.Dispose();
        _turn.Dispose();
        _wake.Dispose();
    }

    private async Task SignDue(TimeSpan headEvery, TimeSpan statusEvery, CancellationToken stop)
    {
        RegistryView view = await _registrar.RefreshAsync(stop).ConfigureAwait(false);
        ulong now = (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds());
        if ((view.LatestStatus?.ThroughMilliseconds ?? 0) + (ulong)statusEvery.TotalMilliseconds <= now)
        {
            await _registrar.StatusAsync(stop).ConfigureAwait(false);
        }

        SignedHead? newest = await _registrar.Store.LatestHead(_registrar.Log, stop).ConfigureAwait(false);
        if (newest is null || (newest.Head.Claims.Seconds * 1000) + (ulong)headEvery.TotalMilliseconds <= now)
        {
            await _registrar.SignAsync(stop).ConfigureAwait(false);
        }
    }

    private bool IsNews(Append append) => append.Entries.Count > 0
        || _held?.Head is not { } head
        || append.Head.Claims.Seconds > head.Claims.Seconds;

    private async Task<Held> Ask(FollowMessage message, CancellationToken cancellation)
    {
        byte[] answer = await _client.PostAsync(message.ToArray(), default, cancellation).ConfigureAwait(false);
        return FollowMessage.ReadSequence(answer) is [Held held] && held.Log == _registrar.Log
            ? held
            : throw new LinkException(LinkRefusal.WrongProtocol, "the cloud's answer does not say what it holds of the registry");
    }

    private async Task Know(Held held, CancellationToken cancellation)
    {
        await _registrar.KnowAsync(held, cancellation).ConfigureAwait(false);
        _held = held;
    }

    private async Task Pause(TimeSpan time, CancellationToken stop)
    {
        using CancellationTokenSource due = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(_wake.WaitAsync(due.Token), Task.Delay(time, _time, due.Token)).ConfigureAwait(false);
        await due.CancelAsync().ConfigureAwait(false);
    }
}
