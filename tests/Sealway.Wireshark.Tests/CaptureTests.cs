namespace Sealway.Wireshark.Tests;

using System.Globalization;
using Sealway.Archive;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>What passes between the demo's parts: with the keys all of it is shown as the logs have it, without them nothing.</summary>
public sealed class CaptureTests(CapturedDemo demo) : IClassFixture<CapturedDemo>
{
    private static readonly string[] _appendFields = ["sealway.append.log", "sealway.append.from", "sealway.append.count", "sealway.append.size", "sealway.append.root", "sealway.entry.index", "sealway.entry.kind"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_the_keys_every_append_to_the_cloud_is_shown_as_the_cloud_keeps_it()
    {
        await using (SqliteLogStore ward = SqliteLogStore.Open(demo.Kept("data", "cloud-hospital", "logs.db")))
        {
            await RequireSame(ward, new LogId("ward-3", 0), await Appends($"tcp.dstport == {demo.HospitalMqtt}"));
        }

        await using SqliteLogStore home = SqliteLogStore.Open(demo.Kept("data", "cloud-home", "logs.db"));
        await RequireSame(home, new LogId("home", 0), await Appends($"tcp.dstport == {demo.HomeMqtt}"));
    }

    [Fact]
    public async Task With_the_keys_every_append_to_the_archive_is_shown_as_the_archive_keeps_it()
    {
        await using TileLogStore archive = TileLogStore.OpenToRead(demo.Kept("archive", "logs"));
        IReadOnlyList<SeenAppend> given = await Appends($"tcp.srcport == {demo.HospitalHttps}");
        Assert.Equal(["st-anna/0", "ward-3/0"], given.Select(append => append.Log).Distinct().Order());
        await RequireSame(archive, new LogId("ward-3", 0), given);
        await RequireSame(archive, new LogId("st-anna", 0), given);
    }

    [Fact]
    public async Task With_the_keys_every_reading_and_every_receipt_of_the_sensors_is_shown()
    {
        foreach ((int port, string fleet) in new[] { (demo.WardSensors, "hospital"), (demo.HomeSensors, "home") })
        {
            long sent = demo.Summary.GetProperty(fleet).GetProperty("sent").GetInt64();
            IReadOnlyList<string[][]> readings = await Tshark.Fields(demo.Capture, $"sealway.reading && tcp.dstport == {port}", ["tcp.srcport", "sealway.number", "sealway.kid", "sealway.measurement"], demo.Decrypting);
            HashSet<string> seen = [.. readings.SelectMany(frame => frame[1].Zip(frame[2], (number, kid) => $"{kid} {number}"))];
            Assert.Equal(sent, seen.Count);
            Assert.All(readings, frame => Assert.NotEmpty(frame[3]));

            // A number is a sensor's own: the link, its port, tells whose.
            IReadOnlyList<string[][]> stored = await Tshark.Fields(demo.Capture, $"sealway.link.stored && tcp.srcport == {port}", ["tcp.dstport", "sealway.link.stored"], demo.Decrypting);
            HashSet<string> answered = [.. stored.SelectMany(frame => frame[1].Select(number => $"{frame[0][0]} {number}"))];
            Assert.Equal(readings.SelectMany(frame => frame[1].Select(number => $"{frame[0][0]} {number}")).Order(), answered.Order());
        }
    }

    [Fact]
    public async Task With_the_keys_nothing_between_the_parts_is_called_malformed()
    {
        Assert.Empty(await Tshark.Fields(demo.Capture, $"{demo.Ports} && (sealway.malformed || sealway.entry.unread || sealway.not_deterministic)", ["frame.number"], demo.Decrypting));
        Assert.NotEmpty(await Tshark.Fields(demo.Capture, "sealway.sealed && sealway.step", ["frame.number"], demo.Decrypting));
        Assert.NotEmpty(await Tshark.Fields(demo.Capture, "sealway.countersignature", ["frame.number"], demo.Decrypting));
    }

    [Fact]
    public async Task Without_the_keys_there_is_TLS_and_nothing_else_to_see()
    {
        string alone = demo.File("parts.pcapng");
        await Tshark.Read(demo.Capture, "-Y", demo.Ports, "-w", alone);
        string[] ports = [.. demo.Decrypting.Skip(2)];
        Assert.NotEmpty(await Tshark.Fields(alone, "tls.app_data", ["frame.number"], ports));
        Assert.Empty(await Tshark.Fields(alone, "sealway || sealway_follow || mqtt || http2 || http || cbor", ["frame.number"], ports));

        // Nor anywhere in the bytes: no topic, no log, no unit, no reading that the cloud has.
        byte[] bytes = await File.ReadAllBytesAsync(alone, Ct);
        foreach (string word in new[] { "sealway/", "ward-3", "beat/min", "application/cbor", "/follow" })
        {
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(word)) < 0, word);
        }

        await using SqliteLogStore store = SqliteLogStore.Open(demo.Kept("data", "cloud-hospital", "logs.db"));
        Entry[] readings = [.. (await All(store, new LogId("ward-3", 0))).Select(entry => Entry.FromUntrusted(entry.Bytes)).Where(entry => entry.Kind == EntryKind.Reading)];
        Assert.True(readings.Length > 20);
        Assert.All(readings.Take(50), reading => Assert.True(bytes.AsSpan().IndexOf(reading.Body.Span[..40]) < 0));
    }

    private static async Task RequireSame(ILogStore store, LogId log, IReadOnlyList<SeenAppend> all)
    {
        SeenAppend[] seen = [.. all.Where(append => append.Log == log.ToString() && append.Entries.Count > 0)];
        IReadOnlyList<LogEntry> kept = await All(store, log);
        IReadOnlyList<SignedHead> heads = await store.Heads(log, 0, (ulong)kept.Count, int.MaxValue, Ct);
        HashSet<(ulong Size, string Root)> signed = [.. heads.Select(head => (head.Size, Convert.ToHexStringLower(head.Head.Root.Span)))];

        // What was on its way when the demo ended may not have been kept any more.
        seen = [.. seen.Where(append => append.Size <= (ulong)kept.Count)];
        Assert.NotEmpty(seen);
        Assert.All(seen, append => Assert.Contains((append.Size, append.Root), signed));
        Assert.All(seen, append => Assert.Equal(append.Size, append.From + (ulong)append.Entries.Count));
        Assert.Equal((ulong)kept.Count, seen.Max(append => append.Size));

        // Each append goes on where one before it ended, and each entry is the one that is kept there.
        ulong next = 0;
        foreach (SeenAppend append in seen)
        {
            Assert.True(append.From <= next, $"{append.From} after {next}");
            next = Math.Max(next, append.Size);
            Assert.All(append.Entries, entry => Assert.Equal((int)Entry.FromUntrusted(kept[(int)entry.Index].Bytes).Kind, entry.Kind));
            Assert.Equal(Enumerable.Range(0, append.Entries.Count).Select(i => append.From + (ulong)i), append.Entries.Select(entry => entry.Index));
        }
    }

    private static async Task<IReadOnlyList<LogEntry>> All(ILogStore store, LogId log)
    {
        List<LogEntry> entries = [];
        while (true)
        {
            IReadOnlyList<LogEntry> more = await store.Read(log, (ulong)entries.Count, (ulong)entries.Count + Limits.AppendEntries, Limits.AppendEntryBytes, Ct);
            if (more.Count == 0)
            {
                return entries;
            }

            entries.AddRange(more);
        }
    }

    private async Task<IReadOnlyList<SeenAppend>> Appends(string filter)
    {
        List<SeenAppend> appends = [];
        foreach (string[][] frame in await Tshark.Fields(demo.Capture, $"sealway.append.log && {filter}", _appendFields, demo.Decrypting))
        {
            Assert.All(frame[1..5], values => Assert.Equal(frame[0].Length, values.Length));
            int at = 0;
            for (int i = 0; i < frame[0].Length; i++)
            {
                int count = int.Parse(frame[2][i], CultureInfo.InvariantCulture);
                appends.Add(new SeenAppend(
                    frame[0][i],
                    Number(frame[1][i]),
                    Number(frame[3][i]),
                    frame[4][i].Replace(":", string.Empty, StringComparison.Ordinal),
                    [.. Enumerable.Range(at, count).Select(entry => (Number(frame[5][entry]), (int)Number(frame[6][entry])))]));
                at += count;
            }

            Assert.Equal(frame.ElementAtOrDefault(5)?.Length ?? 0, at);
        }

        return appends;
    }

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
