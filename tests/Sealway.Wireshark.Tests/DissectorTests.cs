namespace Sealway.Wireshark.Tests;

using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Sealway.Testing;
using Xunit;

/// <summary>The dissector over the vectors of the protocol, and over bytes that are no messages.</summary>
public sealed class DissectorTests
{
    private const int Port = 7001;
    private const int HttpPort = 80;

    // What stands on a link, or in something that does; waybills and slots do not.
    private static readonly string[] _shown = ["follow", "follow-sequence", "sensor-link", "reading", "entry", "statement", "head", "countersignature", "sealed", "epoch", "grant", "command", "command-slot", "event"];

    [Fact]
    public async Task Every_message_of_the_vectors_is_shown_and_none_called_malformed()
    {
        (string Kind, string Name, byte[] Bytes)[] good = [.. Vectors("refusals.json", except: true).Where(vector => _shown.Contains(vector.Kind))];
        Assert.True(good.Length > 80);
        using TemporaryFolder folder = new();
        string capture = folder.File("good.pcap");
        PacketFile.Messages(capture, good.Select(vector => vector.Bytes));
        IReadOnlyList<string[][]> shown = await Tshark.Fields(capture, "frame", ["frame.number", "sealway.message", "sealway.malformed"]);
        Assert.Equal(good.Length, shown.Count);
        Assert.All(good.Zip(shown), one =>
        {
            Assert.True(one.Second[1].Length > 0, one.First.Name);
            Assert.True(one.Second.Length < 3 || one.Second[2].Length == 0, one.First.Name);
        });
    }

    [Fact]
    public async Task Follow_messages_say_their_log_and_sizes_as_the_vectors_do()
    {
        JsonObject[] vectors = [.. Read("following.json").Where(vector => vector["kind"]!.GetValue<string>() == "follow")];
        using TemporaryFolder folder = new();
        string capture = folder.File("follow.pcap");
        PacketFile.Messages(capture, vectors.Select(Bytes));
        IReadOnlyList<string[][]> shown = await Tshark.Fields(capture, "frame", ["sealway.follow.type", "sealway.log", "sealway.append.log", "sealway.held.log", "sealway.append.from", "sealway.append.count", "sealway.append.size", "sealway.held.size"]);
        int appends = 0;
        foreach ((JsonObject vector, string[][] fields) in vectors.Zip(shown))
        {
            JsonNode says = vector["says"]!;
            Assert.Equal([says["log"]!.GetValue<string>()], [.. fields[1], .. fields[2], .. fields[3]]);
            if (fields[2].Length > 0)
            {
                appends++;
                ulong from = says["from"]!.GetValue<ulong>();
                int count = says["entries"]!.AsArray().Count;
                Assert.Equal([$"{from}", $"{count}", $"{from + (ulong)count}"], [fields[4][0], fields[5][0], fields[6][0]]);
            }
        }

        Assert.True(appends > 1);
    }

    [Fact]
    public async Task Mutated_messages_end_as_malformed_and_never_as_an_error_of_the_dissector()
    {
        Random random = new(4);
        byte[][] bytes = [.. Vectors(null).Select(vector => vector.Bytes).Where(message => message.Length > 0)];
        byte[][] mutated = [.. bytes.SelectMany(message => Enumerable.Range(0, 8).Select(_ => Mutated(message, random))), .. Enumerable.Range(0, 500).Select(_ => Noise(random))];
        using TemporaryFolder folder = new();
        string alone = folder.File("alone.pcap");
        PacketFile.Messages(alone, mutated);
        Assert.Equal(mutated.Length, (await Tshark.Fields(alone, "frame", ["frame.number"])).Count);
        Assert.NotEmpty(await Tshark.Fields(alone, "sealway.malformed", ["frame.number"]));
        Assert.NotEmpty(await Tshark.Read(alone, "-V", "-Y", "sealway.malformed"));

        // The same in frames of a sensor link, with lengths that fit and lengths that lie; and as bodies of HTTP.
        string frames = folder.File("frames.pcap");
        PacketFile.Tcp(frames, Port, mutated.Where(message => message.Length is > 0 and < 20_000).Select((message, i) => Framed(message, i % 3 == 0 ? random.Next(65_536) : message.Length)));
        Assert.NotEmpty(await Tshark.Fields(frames, "sealway.malformed", ["frame.number"], "-d", $"tcp.port=={Port},sealway"));
        string bodies = folder.File("bodies.pcap");
        PacketFile.Tcp(bodies, HttpPort, mutated.Select(Posted));
        Assert.NotEmpty(await Tshark.Fields(bodies, "sealway.malformed", ["frame.number"]));
    }

    [Fact]
    public async Task Counts_and_depths_that_lie_cost_nothing()
    {
        byte[][] hostile =
        [
            [0x86, 0x00, 0x63, .. "w/0"u8, 0x00, 0x9B, 0x00, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x86, 0x00, 0x63, .. "w/0"u8, 0x00, 0x99, 0x04, 0x00, .. Enumerable.Repeat((byte)0x40, 1024)],
            [.. Enumerable.Repeat((byte)0x81, 60_000)],
            [.. Enumerable.Repeat((byte)0xD2, 60_000)],
            [0xA1, 0x01, .. Enumerable.Repeat((byte)0xA1, 50_000)],
            [0xD2, 0x84, 0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x82, 0x01, 0x9A, 0xFF, 0xFF, 0xFF, 0xFF],
        ];
        using TemporaryFolder folder = new();
        string capture = folder.File("hostile.pcap");
        PacketFile.Messages(capture, hostile);
        IReadOnlyList<string[][]> shown = await Tshark.Fields(capture, "frame", ["frame.number", "sealway.malformed", "sealway.entry.unread"]);
        Assert.All(shown, fields => Assert.True(fields.Skip(1).Any(values => values.Length > 0), $"packet {fields[0][0]}"));
        Assert.Equal(hostile.Length, shown.Count);
    }

    [Fact]
    public async Task Cbor_of_others_in_an_http_body_is_left_to_others()
    {
        using TemporaryFolder folder = new();
        string capture = folder.File("others.pcap");
        PacketFile.Tcp(capture, HttpPort, [Posted([0xA1, 0x61, 0x61, 0x01])]);
        string[][] fields = Assert.Single(await Tshark.Fields(capture, "cbor", ["frame.protocols"]));
        Assert.DoesNotContain("sealway:", fields[0][0], StringComparison.Ordinal);
        Assert.Empty(await Tshark.Fields(capture, "sealway", ["frame.number"]));
    }

    private static IEnumerable<(string Kind, string Name, byte[] Bytes)> Vectors(string? file, bool except = false) =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs", "vectors"), "*.json").Order(StringComparer.Ordinal)
            .Select(path => Path.GetFileName(path))
            .Where(name => file is null || (name == file) != except)
            .SelectMany(Read)
            .Where(vector => vector["bytes"] is not null)
            .Select(vector => (vector["kind"]!.GetValue<string>(), vector["name"]!.GetValue<string>(), Bytes(vector)));

    private static IEnumerable<JsonObject> Read(string file) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "vectors", file)))!["vectors"]!.AsArray().Select(vector => vector!.AsObject());

    private static byte[] Bytes(JsonObject vector) => Convert.FromHexString(vector["bytes"]!.GetValue<string>());

    private static byte[] Mutated(byte[] message, Random random)
    {
        // Heads of lengths and counts that nothing follows, indefinite lengths, tags, floats.
        ReadOnlySpan<byte> nasty = [0x9B, 0xBB, 0x5B, 0x7B, 0x9F, 0xBF, 0xFF, 0x1B, 0xD8, 0xF9, 0xFB, 0x80, 0xA0];
        List<byte> bytes = [.. message.Take(20_000)];
        for (int changes = random.Next(1, 5); changes > 0 && bytes.Count > 1; changes--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(Math.Max(1, at), bytes.Count - Math.Max(1, at));
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes[at] = nasty[random.Next(nasty.Length)];
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Noise(Random random)
    {
        byte[] bytes = new byte[random.Next(1, 300)];
        random.NextBytes(bytes);
        bytes[0] = (byte)(random.Next(2) == 0 ? 0x80 + random.Next(8) : 0xD0 + random.Next(10));
        return bytes;
    }

    private static byte[] Framed(byte[] message, int length)
    {
        byte[] frame = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)length);
        message.CopyTo(frame, 2);
        return frame;
    }

    private static byte[] Posted(byte[] body) =>
        [.. Encoding.ASCII.GetBytes($"POST /follow HTTP/1.1\r\nHost: cloud\r\nContent-Type: application/cbor\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
}
