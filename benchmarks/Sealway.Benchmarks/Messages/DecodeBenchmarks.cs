namespace Sealway.Benchmarks.Messages;

using BenchmarkDotNet.Attributes;
using Sealway.Messages;

/// <summary>An append of n, 4 n and 16 n entries, read strictly. The figures are for one entry, so that a ratio of about 1 says that the time grows with the input and no faster.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private const int Few = 64;
    private const int More = 4 * Few;
    private const int Most = 16 * Few;

    private readonly SigningKey _key = SigningKey.Generate();
    private byte[] _few = null!;
    private byte[] _more = null!;
    private byte[] _most = null!;

    /// <summary>Makes the appends.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _few = Append(Few);
        _more = Append(More);
        _most = Append(Most);
    }

    /// <summary>64 entries.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Few)]
    public FollowMessage DecodeFew() => FollowMessage.FromUntrusted(_few);

    /// <summary>256 entries.</summary>
    [Benchmark(OperationsPerInvoke = More)]
    public FollowMessage DecodeMore() => FollowMessage.FromUntrusted(_more);

    /// <summary>1,024 entries, the most that an append holds.</summary>
    [Benchmark(OperationsPerInvoke = Most)]
    public FollowMessage DecodeMost() => FollowMessage.FromUntrusted(_most);

    private byte[] Append(int entries)
    {
        LogId log = new("ward-3", 0);
        Reading reading = Reading.Sign(_key, new ReadingNumber(1, 0), [new Measurement("hr", "beat/min", Number.From(72))]);
        ReadOnlyMemory<byte> entry = Entry.Create(EntryKind.Reading, 1_767_225_600_000, reading.Bytes).Bytes;
        Head head = Head.Sign(_key, new HeadClaims(_key.PublicKey.Kid, log, 1_767_225_600, (ulong)entries, 1), new byte[Head.HashSize]);
        return new Append(log, 0, [.. Enumerable.Repeat(AppendEntry.Full(entry), entries)], head, []).ToArray();
    }
}
