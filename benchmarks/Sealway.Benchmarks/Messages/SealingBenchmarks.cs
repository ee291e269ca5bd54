namespace Sealway.Benchmarks.Messages;

using BenchmarkDotNet.Attributes;
using Sealway.Messages;

/// <summary>A slot of 2,048 bytes with 16 readings: what a gateway does at each tick and an app for each entry.</summary>
[MemoryDiagnoser]
public class SealingBenchmarks : IDisposable
{
    private readonly LogId _log = LogId.Parse("home/0");
    private readonly Reading[] _readings = new Reading[16];
    private readonly SlotBuilder _builder = new(2_048);
    private Sealer _sealer = null!;
    private EpochKey _key = null!;
    private byte[] _sealed = null!;

    /// <summary>Makes readings, a key and a sealed slot.</summary>
    [GlobalSetup]
    public void Setup()
    {
        using SigningKey sensor = SigningKey.Generate();
        for (uint i = 0; i < _readings.Length; i++)
        {
            _readings[i] = Reading.Sign(sensor, new ReadingNumber(1, i), [new Measurement("temp", "Cel", Number.From(20.4m))]);
        }

        _key = EpochKey.Generate();
        _sealer = new Sealer(_log, EpochKey.From(_key.Id, _key.Export()));
        _sealed = Seal();
    }

    /// <summary>Erases the keys.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _sealer.Dispose();
        _key.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Fill and seal.</summary>
    [Benchmark]
    public byte[] Seal()
    {
        if (_sealer.StepsLeft == 0)
        {
            _sealer.Dispose();
            _sealer = new Sealer(_log, EpochKey.From(_key.Id, _key.Export()));
        }

        _builder.Clear();
        foreach (Reading reading in _readings)
        {
            _builder.TryAdd(reading, 9_000);
        }

        return _sealer.Seal(_builder.Plaintext);
    }

    /// <summary>Open and read all items, their signatures apart.</summary>
    [Benchmark]
    public int Open() => SlotItem.ReadSlot(SealedSlot.FromUntrusted(_sealed).Open(_log, _key)).Count;
}
