namespace Sealway.Gateway;

using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Shows pairing codes and enrols who comes with one: one code at a time, valid ten minutes, used once, few attempts.</summary>
public sealed class PairingDesk : IAsyncDisposable
{
    /// <summary>Wrong secrets until the code is void.</summary>
    public const int MostAttempts = 5;

    private readonly HomeOptions _options;
    private readonly HomeAuthority _authority;
    private readonly HomeLabels _labels;
    private readonly Func<LogId> _log;
    private readonly Func<CancellationToken, Task> _published;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private OpenPairing? _open;

    /// <summary>A desk without a code.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="authority">Enrols.</param>
    /// <param name="labels">Where the members' labels are kept.</param>
    /// <param name="log">The gateway's log now.</param>
    /// <param name="published">Waits, for a while, until the cloud has the registry as it is now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where pairings are logged.</param>
    public PairingDesk(HomeOptions options, HomeAuthority authority, HomeLabels labels, Func<LogId> log, Func<CancellationToken, Task> published, TimeProvider time, ILogger logger)
    {
        _options = options;
        _authority = authority;
        _labels = labels;
        _log = log;
        _published = published;
        _time = time;
        _logger = logger;
    }

    /// <summary>Begins to listen for one app; a code that is still open becomes void.</summary>
    /// <param name="label">What the member is called; null: what the app says.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <returns>The code, to be shown.</returns>
    /// <exception cref="LinkException">There is no pairing here, or its address cannot be listened on.</exception>
    public async Task<PairingCode> OpenAsync(string? label, CancellationToken cancellation = default)
    {
        HostPort address = _options.Pairing ?? throw new LinkException(LinkRefusal.NotAllowed, "no address for pairing is set: write \"pairing\" into the home's settings");
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await CloseAsync().ConfigureAwait(false);
            byte[] secret = RandomNumberGenerator.GetBytes(PairingCode.SecretSize);
            OpenPairing open = new(secret, label, _time.GetUtcNow() + PairingCode.Validity);
            PairingListener listener = await PairingListener.StartAsync(address, (request, stop) => AnswerAsync(open, request, stop), _time, cancellation).ConfigureAwait(false);
            open.Listener = listener;
            open.Expiry = _time.CreateTimer(_ => Void(open), null, PairingCode.Validity, Timeout.InfiniteTimeSpan);
            _open = open;
            _logger.LogInformation("an app can pair at {Address}", listener.Address);
            return new PairingCode(new HostPort(_options.PairingHost ?? address.Host, listener.Address.Port), listener.KeyHash, secret.ToArray());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _turn.Release();
        _turn.Dispose();
    }

    private async Task<PairingAnswer> AnswerAsync(OpenPairing open, PairingRequest request, CancellationToken cancellation)
    {
        // Everything that is wrong with the request itself shows before the code is spent.
        PublicKey signing = request.ReadSigningKey();
        PublicKey agreement = request.ReadAgreementKey();
        string label = open.Label ?? request.ReadLabel();
        Claim(open, request.Secret);
        try
        {
            EnrolledApp app = await _authority.EnrolAppAsync(signing, agreement, request.TlsCsr, cancellation).ConfigureAwait(false);
            _labels.Add(app.Party.Name, label);
            await _published(cancellation).ConfigureAwait(false);
            _logger.LogInformation("{Member} has paired{Owner}", app.Party.Name, app.IsOwner ? " as the owner" : string.Empty);
            return new PairingAnswer(
                app.Party.Name,
                _authority.Fleet,
                _authority.Pin.ToPem(),
                _authority.Ca.ExportCertificatePem(),
                app.Certificate,
                _log().ToString(),
                _authority.Log.ToString(),
                _options.CloudHttps.ToString(),
                _options.Identity.Name,
                app.IsOwner);
        }
        finally
        {
            Void(open);
        }
    }

    private void Claim(OpenPairing open, string secret)
    {
        switch (open.TryClaim(secret, _time.GetUtcNow()))
        {
            case PairingClaim.Taken:
                return;

            case PairingClaim.Wrong:
                _logger.LogWarning("somebody tried to pair with a wrong code");
                throw new LinkException(LinkRefusal.Forbidden, "the code is wrong");

            default:
                Void(open);
                throw new LinkException(LinkRefusal.Expired, "the code is used, void or older than ten minutes; ask for another");
        }
    }

    // The listener ends beside the request that it still answers.
    private void Void(OpenPairing open)
    {
        open.Void();
        _ = Task.Run(() => CloseAsync(open));
    }

    private async Task CloseAsync(OpenPairing open)
    {
        try
        {
            await _turn.WaitAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The desk is gone, and its listener with it.
            return;
        }

        try
        {
            if (ReferenceEquals(_open, open))
            {
                await CloseAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task CloseAsync()
    {
        if (_open is { } open)
        {
            _open = null;
            open.Void();
            if (open.Expiry is { } expiry)
            {
                await expiry.DisposeAsync().ConfigureAwait(false);
            }

            if (open.Listener is { } listener)
            {
                await listener.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
