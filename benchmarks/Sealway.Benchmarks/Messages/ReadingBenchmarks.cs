namespace Sealway.Benchmarks.Messages;

using BenchmarkDotNet.Attributes;
using Sealway.Messages;

/// <summary>A reading of one value: what a sensor, a gateway and every follower do for each.</summary>
[MemoryDiagnoser]
public class ReadingBenchmarks
{
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly Measurement[] _measurements = [new("temp", "Cel", Number.From(36.6m))];
    private Reading _reading = null!;
    private byte[] _bytes = null!;
    private uint _sequence;

    /// <summary>Makes the reading that is decoded and verified.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _reading = Reading.Sign(_key, new ReadingNumber(1, 0), _measurements);
        _bytes = _reading.Bytes.ToArray();
    }

    /// <summary>Encode and sign.</summary>
    [Benchmark]
    public Reading Sign() => Reading.Sign(_key, new ReadingNumber(1, _sequence++), _measurements);

    /// <summary>Read strictly.</summary>
    [Benchmark]
    public Reading Decode() => Reading.FromUntrusted(_bytes);

    /// <summary>Verify what was decoded.</summary>
    [Benchmark]
    public void Verify() => _reading.Verify(_key.PublicKey);

    /// <summary>Decode and verify: all that a follower does for a reading by itself.</summary>
    [Benchmark(Baseline = true)]
    public void DecodeAndVerify() => Reading.FromUntrusted(_bytes).Verify(_key.PublicKey);
}
