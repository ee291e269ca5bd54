namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Messages;

/// <summary>An honest gateway that goes on while the operator attacks its log: it signs each second, and wants the archive's countersignature soon. Made once.</summary>
internal sealed class LiveTarget
{
    public const string Gateway = "ward-live";

    private const string Sensor = "live-sensor";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(40);

    private readonly Lock _lock = new();
    private Task<Part>? _made;
    private int _sent;

    public static LogId Log => new(Gateway, 0);

    public Task<Part> ReadyAsync(AttackScene scene, CancellationToken stop)
    {
        lock (_lock)
        {
            return _made ??= MakeAsync(scene, stop);
        }
    }

    /// <summary>A few more readings.</summary>
    public async Task MeasureAsync(AttackScene scene, CancellationToken stop)
    {
        await OperatorTarget.SendAsync(scene, Gateway, Sensor, _sent, 4, 72, stop).ConfigureAwait(false);
        _sent += 4;
    }

    /// <summary>Waits until all that is logged is countersigned by the archive, as the gateway knows.</summary>
    public static Task ArchivedAsync(Part gateway, CancellationToken stop) => gateway.Until(
        "the archive's countersignature",
        health => ((JsonElement?)health).Count("countersignedByArchive") >= ((JsonElement?)health).Count("size"),
        _patience,
        stop);

    private async Task<Part> MakeAsync(AttackScene scene, CancellationToken stop)
    {
        Part gateway = await scene.StartGatewayAsync(Gateway, stop, new JsonObject { ["headEvery"] = "1s", ["archiveLateAfter"] = "2s" }).ConfigureAwait(false);
        await scene.EnrolSensorAsync(Sensor, Gateway, stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(gateway, stop).ConfigureAwait(false);
        await MeasureAsync(scene, stop).ConfigureAwait(false);
        await ArchivedAsync(gateway, stop).ConfigureAwait(false);
        return gateway;
    }
}
