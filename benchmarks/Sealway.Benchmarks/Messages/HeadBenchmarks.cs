namespace Sealway.Benchmarks.Messages;

using BenchmarkDotNet.Attributes;
using Sealway.Messages;

/// <summary>A head: what a batch shares.</summary>
[MemoryDiagnoser]
public class HeadBenchmarks
{
    private readonly SigningKey _gateway = SigningKey.Generate();
    private readonly SigningKey _archive = SigningKey.Generate();
    private readonly byte[] _root = new byte[Head.HashSize];
    private Head _head = null!;
    private byte[] _bytes = null!;

    /// <summary>Makes the head that is verified and countersigned.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _head = Sign();
        _bytes = _head.Bytes.ToArray();
    }

    /// <summary>Sign a head.</summary>
    [Benchmark]
    public Head Sign() => Head.Sign(_gateway, new HeadClaims(_gateway.PublicKey.Kid, LogId.Parse("ward-3/0"), 1_767_225_600, 81_304, 40), _root);

    /// <summary>Decode and verify a head.</summary>
    [Benchmark]
    public void Verify() => Head.FromUntrusted(_bytes).Verify(_gateway.PublicKey);

    /// <summary>Countersign a head.</summary>
    [Benchmark]
    public Countersignature Countersign() => Countersignature.Sign(_archive, _head, 1_767_225_601, 40, 0);
}
