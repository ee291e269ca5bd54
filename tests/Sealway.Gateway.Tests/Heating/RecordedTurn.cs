namespace Sealway.Gateway.Tests.Heating;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A turn whose clock is set by hand, and that keeps what was stated.</summary>
internal sealed class RecordedTurn : IWriterTurn
{
    public ulong Now { get; set; } = 1_772_366_400_000;

    public LogId Log { get; } = new("home", 0);

    public RegistryView Registry => throw new NotSupportedException();

    public IRecorder Recorder { get; } = new OpenRecorder();

    public List<GatewayEvent> Stated { get; } = [];

    public void State(GatewayEvent statement) => Stated.Add(statement);

    public void Pass(TimeSpan time) => Now += (ulong)time.TotalMilliseconds;
}
