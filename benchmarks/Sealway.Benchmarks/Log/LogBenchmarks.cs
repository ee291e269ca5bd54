namespace Sealway.Benchmarks.Log;

using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Sealway.Log;
using Sealway.Messages;

/// <summary>A log on disk: appending a batch with its signed head in one transaction, and proving one of a hundred thousand entries.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls the clean-up.")]
public class LogBenchmarks
{
    private const int Held = 100_000;

    private readonly LogId _log = new("ward-3", 0);
    private string _folder = null!;
    private SigningKey _key = null!;
    private SqliteLogStore _store = null!;
    private LogWriter _writer = null!;
    private Entry[] _batch = null!;
    private ulong _size;

    /// <summary>Entries in one append.</summary>
    [Params(1, 64, 1_024)]
    public int Entries { get; set; }

    /// <summary>Fills a log.</summary>
    [GlobalSetup]
    public async Task Fill()
    {
        _folder = Directory.CreateTempSubdirectory("sealway-benchmark-").FullName;
        _key = SigningKey.Generate();
        _store = SqliteLogStore.Open(Path.Combine(_folder, "log.db"));
        _writer = new LogWriter(_store, _log, _key, () => 0, TimeProvider.System);
        _writer.Confirm();
        Reading reading = Reading.Sign(_key, new ReadingNumber(1, 1), [new Measurement("hr", "beat/min", Number.From(72))]);
        Entry entry = Entry.Create(EntryKind.Reading, 1_800_000_000_000, reading.Bytes);
        Entry[] full = [.. Enumerable.Repeat(entry, Limits.AppendEntries)];
        for (_size = 0; _size < Held; _size += Limits.AppendEntries)
        {
            await _writer.AppendAsync(full).ConfigureAwait(false);
        }

        _batch = [.. Enumerable.Repeat(entry, Entries)];
    }

    /// <summary>Removes it.</summary>
    [GlobalCleanup]
    public async Task Remove()
    {
        _writer.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Entries and head, durable.</summary>
    [Benchmark]
    public Task<Appended> Append() => _writer.AppendAsync(_batch);

    /// <summary>The inclusion of one entry.</summary>
    [Benchmark]
    public async Task<int> Prove() => (await Inclusion.Prove(_store.Tiles(_log), _size / 3, _size, CancellationToken.None).ConfigureAwait(false)).Count;
}
