namespace Sealway.Cli.Demo.Attacks;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// What the operator's attacks aim at, so that the ward and the home stay as they are: an honest gateway's log, which the archive holds
/// and which has ended, a second archive's keys, and a log with a true alarm. Made once, with the first attack.
/// </summary>
internal sealed class OperatorTarget
{
    /// <summary>The keys of an archive that has followed nothing yet.</summary>
    public const string Witness = "operator-witness";

    /// <summary>The sensor whose readings the log holds.</summary>
    public const string Sensor = "operated-sensor";

    private const string Gateway = "ward-operated";
    private const string Ill = "ward-ill";
    private const string IllSensor = "ill-sensor";
    private const int Readings = 40;
    private const int TooFast = 180;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan _alarmTime = TimeSpan.FromSeconds(11);

    private readonly Lock _lock = new();
    private Task? _made;
    private Task? _alarm;

    /// <summary>The log.</summary>
    public static LogId Log => new(Gateway, 0);

    /// <summary>The log of a gateway with a patient whose heart was too fast.</summary>
    public static LogId IllLog => new(Ill, 0);

    /// <summary>Its size, in entries.</summary>
    public ulong Size { get; private set; }

    /// <summary>Makes it, or waits until it is made.</summary>
    public Task ReadyAsync(AttackScene scene, CancellationToken stop)
    {
        lock (_lock)
        {
            return _made ??= MakeAsync(scene, stop);
        }
    }

    /// <summary>Waits until the alarm was raised and archived.</summary>
    public async Task AlarmAsync(AttackScene scene, CancellationToken stop)
    {
        await ReadyAsync(scene, stop).ConfigureAwait(false);
        await _alarm!.ConfigureAwait(false);
    }

    private async Task MakeAsync(AttackScene scene, CancellationToken stop)
    {
        await scene.EnrolAsync(Role.Archive, Witness, stop).ConfigureAwait(false);
        Part gateway = await scene.StartGatewayAsync(Gateway, stop, Quick()).ConfigureAwait(false);
        await scene.EnrolSensorAsync(Sensor, Gateway, stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(gateway, stop).ConfigureAwait(false);
        await SendAsync(scene, Gateway, Sensor, 0, Readings, 72, stop).ConfigureAwait(false);
        Size = await EndAsync(scene, gateway, Log, stop).ConfigureAwait(false);
        _alarm = RaiseAsync(scene, stop);
    }

    private static async Task RaiseAsync(AttackScene scene, CancellationToken stop)
    {
        Part gateway = await scene.StartGatewayAsync(Ill, stop, Quick()).ConfigureAwait(false);
        await scene.EnrolSensorAsync(IllSensor, Ill, stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(gateway, stop).ConfigureAwait(false);
        await SendAsync(scene, Ill, IllSensor, 0, 4, TooFast, stop).ConfigureAwait(false);

        // The rules want it to last.
        await Task.Delay(_alarmTime, stop).ConfigureAwait(false);
        await SendAsync(scene, Ill, IllSensor, 4, 4, TooFast, stop).ConfigureAwait(false);
        await gateway.Until("an alarm", health => ((JsonElement?)health).Count("alarmsRaised") > 0, _patience, stop).ConfigureAwait(false);
        await EndAsync(scene, gateway, IllLog, stop).ConfigureAwait(false);
    }

    /// <summary>Readings under a sensor's own key, as the sensor sends them.</summary>
    public static async Task SendAsync(AttackScene scene, string gateway, string sensor, int first, int count, int heartRate, CancellationToken stop)
    {
        using Identity keys = scene.Steal(true, sensor);
        RogueDevice device = await RogueDevice.ConnectAsync(scene.SocketOf(gateway), stop).ConfigureAwait(false);
        await using (device.ConfigureAwait(false))
        {
            await device.SendAsync(Enumerable.Range(first, count).Select(i => ForgedReading.Sign(keys.Signing, new ReadingNumber(1, (uint)i), heartRate)), stop).ConfigureAwait(false);
            await device.AnswersAsync(count, stop).ConfigureAwait(false);
        }
    }

    private static JsonObject Quick() => new() { ["headEvery"] = "1s" };

    private static async Task<ulong> EndAsync(AttackScene scene, Part gateway, LogId log, CancellationToken stop)
    {
        await gateway.Stop(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
        long size = (await gateway.Health(stop).ConfigureAwait(false)).Count("size");
        await scene.Archive.Until(string.Create(CultureInfo.InvariantCulture, $"{size} entries of {log}"), health => ((JsonElement?)health).Count($"logs.{log}") >= size, _patience, stop).ConfigureAwait(false);
        return (ulong)size;
    }
}
