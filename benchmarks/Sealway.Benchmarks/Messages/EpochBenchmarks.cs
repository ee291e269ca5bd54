namespace Sealway.Benchmarks.Messages;

using BenchmarkDotNet.Attributes;
using Sealway.Messages;

/// <summary>An epoch: what a gateway does once an hour and each member's app for each.</summary>
[MemoryDiagnoser]
public class EpochBenchmarks
{
    private readonly LogId _log = LogId.Parse("home/0");
    private readonly EpochKey _key = EpochKey.Generate();
    private AgreementKey[] _members = null!;
    private PublicKey[] _publicKeys = null!;
    private byte[] _body = null!;

    /// <summary>Members; the recipients are the next of 8, 16, 32 …</summary>
    [Params(2, 32)]
    public int Members { get; set; }

    /// <summary>Makes members and an epoch for them.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _members = [.. Enumerable.Range(0, Members).Select(_ => AgreementKey.Generate())];
        _publicKeys = [.. _members.Select(member => member.PublicKey)];
        _body = Create();
    }

    /// <summary>Wrap a key for all recipients.</summary>
    [Benchmark]
    public byte[] Create() => Epoch.Create(_log, _key, 9, _publicKeys);

    /// <summary>Find and unwrap one's own.</summary>
    [Benchmark]
    public EpochId Open()
    {
        using EpochKey key = Epoch.FromUntrusted(_body).Open(_log, _members[0]);
        return key.Id;
    }
}
