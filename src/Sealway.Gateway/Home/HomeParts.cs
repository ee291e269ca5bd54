namespace Sealway.Gateway;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;
using Sealway.Links;

/// <summary>
/// All that makes a gateway a home's: the sealed recorder, the thermostat, the household's authority and its publishing,
/// commands, pairing, the control socket. Open it, open the gateway with <see cref="Parts"/>, run both, close the gateway first.
/// </summary>
public sealed class HomeParts : IAsyncDisposable
{
    // An app that has paired before its cloud knows it tries again; pairing itself does not fail for it.
    private static readonly TimeSpan _publishTime = TimeSpan.FromSeconds(5);

    private readonly HomeOptions _options;
    private readonly HomeAuthority _authority;
    private readonly HomeLabels _labels;
    private readonly SealedRecorder _recorder;
    private readonly Thermostat _thermostat;
    private readonly CommandDesk _desk;
    private readonly RegistryPublisher _publisher;
    private readonly PairingDesk _pairing;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private IGatewayCore? _core;

    private HomeParts(HomeOptions options, HomeAuthority authority, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _authority = authority;
        _time = time;
        _logger = loggers.CreateLogger<HomeParts>();
        _labels = new HomeLabels(options.DataFolder, options.Labels);
        _recorder = new SealedRecorder(options.Sealing with { Labels = () => _labels.All }, authority);
        _thermostat = new Thermostat(options.Heating, time, loggers.CreateLogger<Thermostat>());
        _desk = new CommandDesk(options.Identity.Agreement!, authority, _thermostat, loggers.CreateLogger<CommandDesk>());
        _publisher = new RegistryPublisher(authority.Registrar, options.CloudHttps, options.CloudName, time, loggers.CreateLogger<RegistryPublisher>());
        _pairing = new PairingDesk(options, authority, _labels, () => Core.Log, PublishedAsync, time, loggers.CreateLogger<PairingDesk>());
        authority.Moved += _publisher.Wake;
        Parts = new GatewayParts
        {
            Recorder = _recorder,
            Observers = [_thermostat],
            Commands = _desk,
            Registry = authority,
            Attach = Attach,
        };
    }

    /// <summary>What the gateway is put together from.</summary>
    public GatewayParts Parts { get; }

    /// <summary>The household's authority.</summary>
    public HomeAuthority Authority => _authority;

    /// <summary>Shows pairing codes.</summary>
    public PairingDesk Pairing => _pairing;

    /// <summary>The heating.</summary>
    public Thermostat Thermostat => _thermostat;

    private IGatewayCore Core => _core ?? throw new InvalidOperationException("the gateway is not open yet");

    /// <summary>Opens the household's fleet; nothing runs yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="passphrase">What the authority's keys are locked with; the caller erases it.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="FleetFileException">A file of the fleet is missing or wrong.</exception>
    public static Task<HomeParts> OpenAsync(
        HomeOptions options, ReadOnlySpan<char> passphrase = default, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        PrivateFile.CreateFolder(options.DataFolder);

        // What the household's own registry says is past is past, also on a board without a clock battery.
        FlooredTime clock = new(time ?? TimeProvider.System, options.Identity.Certificate.NotBefore);
        return OpenAsync(options, HomeAuthority.OpenAsync(options.FleetFolder, passphrase, clock, cancellation), clock, loggers ?? NullLoggerFactory.Instance);
    }

    /// <summary>Publishes, heats and listens to its owner until told to stop. The gateway is open by then; it stops first.</summary>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    /// <exception cref="LinkException">The control socket cannot be listened on.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ControlSocket control = await ControlSocket.ListenAsync(_options.ControlPath, new HomeControl(_authority, _labels, _pairing).Routes, _logger, stop).ConfigureAwait(false);
        await using (control.ConfigureAwait(false))
        {
            Task[] tasks =
            [
                _authority.RunAsync(end.Token),
                _thermostat.RunAsync(Core.Writer, end.Token),
                _publisher.RunAsync(_options.HeadEvery, _options.StatusEvery, end.Token),
            ];
            await Task.WhenAny(tasks).ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
    }

    /// <summary>How it stands, for the health endpoint.</summary>
    public IReadOnlyDictionary<string, object> Health()
    {
        IReadOnlyList<RoomState> rooms = _thermostat.Rooms;
        return new Dictionary<string, object>(_recorder.Health())
        {
            ["registryPublished"] = _publisher.Published,
            ["heatingOn"] = rooms.Any(room => room.IsOn),
            ["heatingChanges"] = _thermostat.Changes,
            ["heating"] = rooms.ToDictionary(
                room => room.Subject,
                object (room) => new Dictionary<string, object> { ["on"] = room.IsOn, ["target"] = room.Target.ToDouble(), ["applied"] = room.IsApplied }),
            ["commandSlots"] = _desk.Slots,
            ["commands"] = _desk.Outcomes,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _authority.Moved -= _publisher.Wake;
        await _pairing.DisposeAsync().ConfigureAwait(false);
        _publisher.Dispose();
        _thermostat.Dispose();
        _recorder.Dispose();
        await _authority.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<HomeParts> OpenAsync(HomeOptions options, Task<HomeAuthority> opening, FlooredTime time, ILoggerFactory loggers)
    {
        HomeAuthority authority = await opening.ConfigureAwait(false);
        time.Raise(Milliseconds.ToTime(Math.Max(authority.Current.LastAt, authority.SignedAt)));
        try
        {
            return new HomeParts(options, authority, time, loggers);
        }
        catch
        {
            await authority.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Attach(IGatewayCore core)
    {
        _core = core;
        _desk.Attach(core);

        // Before the loop runs: what was set counts from the first reading on. The store answers from this disk.
        _thermostat.LoadAsync(core.Store, core.Log).GetAwaiter().GetResult();
    }

    private async Task PublishedAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource late = new(_publishTime, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await _publisher.PublishAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LinkException or Messages.MessageException or OperationCanceledException or RegistryBehindException or IOException)
        {
            _logger.LogWarning("the registry with the new member is not published yet: {Cause}", e.Message);
        }
    }
}
