namespace Sealway.Cli.Tests;

using System.Text;
using Sealway.Cli.Hosting;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class InspectCommandTests : IDisposable
{
    private static readonly string[] Statements = ["enrol", "assign", "revoke", "status", "rotate"];

    private static readonly string[] FollowMessages = ["append", "held", "entries wanted", "head wanted", "news", "command slot"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("readings.json", "reading", "a reading", "/ algorithm / 1: -7 / ES256 /", "/ boot, sequence / 7: h'", "/ SenML pack /", "/ value / 2: ")]
    [InlineData("entries.json", "entry", "an entry: ", "/ kind / ", "/ at / ", "/ body / ")]
    [InlineData("statements.json", "statement", "an entry: ", "/ payload / << / ", "/ content type / 3: 60 / application/cbor /")]
    [InlineData("events.json", "event", "an event: ", "/ type / 1: ", "/ salt / 2: h'")]
    [InlineData("heads.json", "head", "a head", "/ log-id / 1: \"", "/ size / -65537: ", "/ registry size / -65538: ", "/ root / h'")]
    [InlineData("heads.json", "countersignature", "a countersignature", "/ signed at / 6: ", "/ held from / -65539: ")]
    [InlineData("heads.json", "receipt", "a receipt", "/ verifiable data structure / 395: 1 / RFC 9162, SHA-256 /", "/ inclusion proofs / -1: ", "/ path / ")]
    [InlineData("sealing.json", "epoch", "an epoch", "/ recipients / ", "/ encapsulated key / -4: h'", "/ algorithm / 1: 53 / HPKE-7-KE /")]
    [InlineData("sealing.json", "grant", "a grant", "/ wrapped key / h'")]
    [InlineData("sealing.json", "sealed", "a sealed slot", "/ algorithm / 1: 3 / A256GCM /", "/ partial IV: step / 6: h'")]
    [InlineData("sealing.json", "slot", "a slot's plaintext, ", "zero bytes of padding /")]
    [InlineData("commands.json", "command", "a command", "/ expiry / 2: ", "/ size of the member's head / 3: ", "/ action / 5: ")]
    [InlineData("commands.json", "command-slot", "a command slot", "/ algorithm / 1: 45 / HPKE-7 /", "/ encapsulated key / -4: h'")]
    [InlineData("following.json", "follow", "a message of the follow protocol: ", "/ kind / ", "/ log-id / \"")]
    [InlineData("following.json", "follow-sequence", " messages of the follow protocol", "/ log-id / \"")]
    [InlineData("sensor-link.json", "sensor-link", "a message to a sensor: ", "/ kind / ")]
    [InlineData("keys.json", "cose-key", "a COSE_Key, kid ", "/ crv / -1: 1 / P-256 /", "/ x / -2: h'")]
    public async Task A_message_and_its_headers_are_named(string file, string kind, string named, params string[] headers)
    {
        (string Kind, string Name, byte[] Bytes)[] vectors = [.. Vectors.Of(file).Where(vector => vector.Kind == kind)];
        Assert.NotEmpty(vectors);
        foreach ((_, string name, byte[] bytes) in vectors)
        {
            string output = await Inspect(bytes);
            string[] lines = output.Split(Environment.NewLine, 2);
            Assert.True(lines[0].Contains(named, StringComparison.Ordinal), $"{name}: {lines[0]}");
            Assert.EndsWith($", {bytes.Length} bytes /", lines[0], StringComparison.Ordinal);
            Assert.All(headers, header => Assert.True(lines[1].Contains(header, StringComparison.Ordinal), $"{name}: {header} in {lines[1]}"));
        }
    }

    [Fact]
    public void Every_kind_of_vector_is_inspected()
    {
        string[] kinds = ["command", "command-slot", "cose-key", "countersignature", "entry", "epoch", "event", "follow", "follow-sequence", "grant", "head", "reading", "receipt", "sealed", "sensor-link", "slot", "statement", "waybill"];
        Assert.Equal(kinds, Vectors.All.Select(vector => vector.Kind).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_statement_each_event_and_each_follow_message_is_named()
    {
        List<string> told = [];
        foreach ((_, _, byte[] bytes) in Vectors.Of("statements.json").Concat(Vectors.Of("events.json")).Concat(Vectors.Of("following.json")))
        {
            told.Add((await Inspect(bytes)).Split(Environment.NewLine)[0]);
        }

        string[] names =
        [
            .. Statements.Select(name => $"an entry: {name}"),
            .. Enum.GetValues<EventType>().Select(type => $"an event: {Inspector.Words(type)}"),
            .. FollowMessages.Select(name => $"a message of the follow protocol: {name}"),
        ];
        Assert.All(names, name => Assert.Contains(told, line => line.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_statement_without_its_entry_is_named_too()
    {
        foreach ((_, string name, byte[] bytes) in Vectors.Of("statements.json"))
        {
            Entry entry = Entry.FromUntrusted(bytes);
            string output = await Inspect(entry.Body.ToArray());

            // A statement does not say its kind, and the contents of two kinds may look alike.
            Assert.True(output.StartsWith("/ a statement: ", StringComparison.Ordinal), $"{name}: {output}");
        }
    }

    [Fact]
    public async Task A_waybill_is_named_with_what_is_in_it()
    {
        Evidence evidence = EvidenceOf();
        string output = await Inspect(new Waybill(evidence, evidence).ToArray());
        Assert.StartsWith("/ a waybill, ", output, StringComparison.Ordinal);
        Assert.Contains("/ the log's evidence / [", output, StringComparison.Ordinal);
        Assert.Contains("/ the registry's evidence / [", output, StringComparison.Ordinal);
        Assert.Contains("/ receipt / << 18([", output, StringComparison.Ordinal);
        Assert.Contains("/ kind / 3 / event /", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_readings_values_and_times_can_be_read()
    {
        using SigningKey key = SigningKey.Generate();
        Reading reading = Reading.Sign(key, new ReadingNumber(3, 1041), [new Measurement("temp", "Cel", Number.From(36.6m)), new Measurement("hr", "beat/min", Number.From(72.5))], new byte[8]);
        string output = await Inspect(Entry.Create(EntryKind.Reading, 1_935_664_200_123, reading.Bytes).Bytes.ToArray());
        Assert.Contains("/ at / 1935664200123 / 2031-05-04T12:30:00.123Z /", output, StringComparison.Ordinal);
        Assert.Contains($"/ kid / 4: h'{key.PublicKey.Kid}'", output, StringComparison.Ordinal);
        Assert.Contains("/ boot, sequence / 7: h'0000000300000411' / 3.1041 /", output, StringComparison.Ordinal);
        Assert.Contains("/ nonce / 10: h'0000000000000000'", output, StringComparison.Ordinal);
        Assert.Contains("/ name / 0: \"temp\"", output, StringComparison.Ordinal);
        Assert.Contains("/ value / 2: 72.5", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("  {0}\n")]
    [InlineData("{0}\r\n", true)]
    public async Task Hexadecimal_is_read_as_well(string form, bool upper = false)
    {
        byte[] bytes = Vectors.Of("heads.json").First().Bytes;
        string hex = upper ? Convert.ToHexString(bytes) : Convert.ToHexStringLower(bytes);
        string spaced = string.Join('\n', hex.Chunk(64).Select(line => string.Join(' ', line.Chunk(2).Select(pair => new string(pair)))));
        string text = form.Replace("{0}", upper ? hex : spaced, StringComparison.Ordinal);
        Assert.Equal(await Inspect(bytes), await Inspect(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public async Task Standard_input_is_read_in_bytes_or_hexadecimal()
    {
        byte[] bytes = Vectors.Of("readings.json").First().Bytes;
        ProcessRun run = await Terminal.RunProcess(_folder.Path, bytes, "inspect", "-");
        Assert.Equal((ExitCode.Clean, string.Empty), (run.Code, run.Error));
        Assert.Equal(await Inspect(bytes), run.Output);

        ProcessRun hex = await Terminal.RunProcess(_folder.Path, Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)), "inspect", "-");
        Assert.Equal(run, hex);
    }

    [Fact]
    public async Task What_is_no_message_is_shown_as_far_as_it_is_CBOR()
    {
        string output = await Inspect([0x83, 0x01, 0xF9, 0x3C, 0x00, 0x61, 0x1B]);
        Assert.StartsWith("/ no message of Sealway's, or one that is refused", output, StringComparison.Ordinal);
        Assert.Contains("1.0", output, StringComparison.Ordinal);

        // A text cannot speak to the terminal.
        Assert.Contains("\"\\u001B\"", output, StringComparison.Ordinal);

        byte[] reading = Vectors.Of("readings.json").First().Bytes;
        ProcessRun cut = await Run(reading[..^10]);
        Assert.Equal(ExitCode.Failed, cut.Code);
        Assert.Contains("18([", cut.Output, StringComparison.Ordinal);
        Assert.Contains("/ no CBOR from here on /", cut.Output, StringComparison.Ordinal);
        Assert.Contains("this is not CBOR to its end", cut.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_inspected_is_told()
    {
        await Told(ExitCode.Failed, "it is empty", Given([]));
        await Told(ExitCode.Failed, "check the path", _folder.File("none"));
        await Told(ExitCode.Usage, "it is a folder", _folder.Path);
        await Told(ExitCode.Failed, "this is not CBOR to its end", Given("plain words"u8.ToArray()));
        await Told(ExitCode.Failed, "more than", Given(new byte[(32 * 1_048_576) + 1]));

        static async Task Told(int code, string what, string file)
        {
            ProcessRun run = await Terminal.Run("inspect", file);
            Assert.Equal(code, run.Code);
            Assert.Contains(what, run.Error, StringComparison.Ordinal);
            Assert.Contains(file, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_must_be_refused_is_shown_all_the_same()
    {
        foreach ((_, string name, byte[] bytes) in Vectors.Of("refusals.json").Where(vector => vector.Bytes.Length > 0))
        {
            ProcessRun run = await Run(bytes);
            Assert.True(run.Code is ExitCode.Clean or ExitCode.Failed, name);
            Assert.StartsWith("/ ", run.Output, StringComparison.Ordinal);
        }
    }

    private static Evidence EvidenceOf()
    {
        using SigningKey key = SigningKey.Generate();
        byte[] salted = new StartEvent("sealway 0.1.0").ToArray();
        ReadOnlyMemory<byte>[] entries = [Entry.Create(EntryKind.Event, 1, salted).Bytes, Entry.Create(EntryKind.Event, 2, salted).Bytes];
        byte[] root = Merkle.NodeHash(Merkle.LeafHash(entries[0].Span), Merkle.LeafHash(entries[1].Span));
        Head head = Head.Sign(key, new HeadClaims(key.PublicKey.Kid, new LogId("ward-3", 0), 1_935_664_200, 2, 0), root);
        Countersignature countersignature = Countersignature.Sign(key, head, 1_935_664_201, 0, 0);
        InclusionProof proof = new(2, 1, [Merkle.LeafHash(entries[0].Span)]);
        return Evidence.Create(Receipt.Create(head, [countersignature], [proof]), [entries[1]]);
    }

    private async Task<string> Inspect(byte[] bytes)
    {
        ProcessRun run = await Run(bytes);
        Assert.True(run.Code == ExitCode.Clean, run.Output + run.Error);
        Assert.Empty(run.Error);
        return run.Output;
    }

    private Task<ProcessRun> Run(byte[] bytes) => Terminal.Run("inspect", Given(bytes));

    private string Given(byte[] bytes)
    {
        string file = _folder.File("message");
        File.WriteAllBytes(file, bytes);
        return file;
    }
}
