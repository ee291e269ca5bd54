namespace Sealway.Messages.Tests;

using System.Text.Json.Nodes;
using CsCheck;
using Xunit;

/// <summary>What holds for every message, whatever it says.</summary>
public class MessagePropertyTests
{
    private static readonly IReadOnlyList<Example> Examples = ValidMessages.All();

    // First bytes of CBOR items that matter: short and long heads, indefinite lengths, tags, simple values, floats.
    private static readonly byte[] Heads =
    [
        0x00, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1F, 0x20, 0x37, 0x38, 0x40, 0x58, 0x5B, 0x5F, 0x60, 0x78, 0x7F, 0x80, 0x81, 0x98, 0x9B, 0x9F,
        0xA0, 0xA1, 0xB8, 0xBB, 0xBF, 0xC0, 0xC4, 0xD0, 0xD2, 0xD8, 0xE0, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFF,
    ];

    public static TheoryData<string, string> Each => [.. Examples.Select(one => (one.File, one.Name))];

    [Fact]
    public void There_is_an_example_of_every_kind_event_and_statement()
    {
        Assert.Equal(101, Examples.Count);
        Assert.Equal(17, Examples.Select(one => one.Kind).Distinct().Count());
        IEnumerable<EventType> events = Examples.Where(one => one.Kind == "event").Select(one => GatewayEvent.FromUntrusted(one.Bytes).Type);
        Assert.Equal(Enum.GetValues<EventType>(), events.Distinct().Order());
        IEnumerable<EntryKind> kinds = Examples.Where(one => one.Kind is "entry" or "statement").Select(one => Entry.FromUntrusted(one.Bytes).Kind);
        Assert.Superset(Enum.GetValues<EntryKind>().ToHashSet(), kinds.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void A_message_made_again_from_what_it_says_has_the_same_bytes(string file, string name)
    {
        Example example = Find(file, name);
        Assert.Equal(Convert.ToHexString(example.Bytes), Convert.ToHexString(Judge(example, example.Bytes)!.Again));
        if (example.Kind is not ("slot" or "follow-sequence"))
        {
            Assert.Equal(Convert.ToHexString(example.Bytes), Convert.ToHexString(CanonicalCopy.Of(example.Bytes)));
        }
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Every_single_changed_bit_is_refused_or_says_something_else_in_the_same_bytes(string file, string name)
    {
        Example example = Find(file, name);
        bool bound = Judge(example, example.Bytes)!.Bound;

        // Wrapping keys takes an agreement for each recipient, so of the long ones only some bits are tried, of every byte in turn.
        int stride = example.Kind switch
        {
            "epoch" or "grant" => 31,
            "command-slot" => 23,
            _ => example.Bytes.Length > 4_096 ? 11 : 1,
        };
        byte[] changed = [.. example.Bytes];
        for (int bit = 0; bit < changed.Length * 8; bit += stride)
        {
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Judged? judged = Judge(example, changed);
            Assert.False(bound && judged is not null, $"{example}: bit {bit} changed and accepted");
            Assert.True(judged is null || judged.Again.AsSpan().SequenceEqual(changed), $"{example}: bit {bit} changed, accepted and made again differently");
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Every_truncation_and_extension_is_refused(string file, string name)
    {
        Example example = Find(file, name);

        // A slot ends where its padding ends, and a sequence where its last message does: their lengths are fixed by what holds them.
        if (example.Kind is not ("slot" or "follow-sequence"))
        {
            int step = example.Bytes.Length > 4_096 ? 17 : 1;
            for (int length = 0; length < example.Bytes.Length; length += step)
            {
                Assert.True(Judge(example, example.Bytes[..length]) is null, $"{example}: cut to {length}");
            }

            for (int more = 0; more < 256; more++)
            {
                Assert.True(Judge(example, [.. example.Bytes, (byte)more]) is null, $"{example}: {more:x2} appended");
                Assert.True(Judge(example, [(byte)more, .. example.Bytes]) is null, $"{example}: {more:x2} prepended");
            }
        }
    }

    [Fact]
    public void Random_bytes_never_throw_anything_but_the_one_exception()
    {
        (string Kind, JsonObject With)[] kinds = [.. Examples.DistinctBy(one => one.Kind).Select(one => (one.Kind, one.With))];
        Gen.Select(Gen.OneOf(kinds), Gen.Byte.Array[0, 300]).Sample(
            (kind, bytes) => AcceptedSame(kind.Kind, bytes, kind.With),
            iter: 20_000);
    }

    [Fact]
    public void Random_cbor_never_throws_anything_but_the_one_exception()
    {
        (string Kind, JsonObject With)[] kinds = [.. Examples.DistinctBy(one => one.Kind).Select(one => (one.Kind, one.With))];
        Gen<byte> head = Gen.OneOf(Heads);
        Gen<byte[]> cbor = Gen.Select(head, Gen.Byte, Gen.Int[0, 3]).Array[0, 60].Select(parts => parts.SelectMany(one => one.Item3 == 0 ? new[] { one.Item1, one.Item2 } : [one.Item1]).ToArray());
        Gen.Select(Gen.OneOf(kinds), cbor).Sample(
            (kind, bytes) => AcceptedSame(kind.Kind, bytes, kind.With),
            iter: 20_000);
    }

    [Fact]
    public void Mutated_messages_never_throw_anything_but_the_one_exception()
    {
        Example[] seeds = [.. Examples.Where(one => one.Bytes.Length < 1_200 && one.Kind is not ("epoch" or "grant"))];
        Gen<(int Where, int How, byte Head, byte Any)> edit = Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 4], Gen.OneOf(Heads), Gen.Byte);
        Gen.Select(Gen.OneOf(seeds), edit.Array[1, 4]).Sample(
            (seed, edits) => AcceptedSame(seed.Kind, Mutate(seed.Bytes, edits), seed.With),
            iter: 40_000);
    }

    [Fact]
    public void Mutated_payloads_under_valid_signatures_never_throw_anything_but_the_one_exception()
    {
        // What a sensor with a good key may send: the signature holds, the content is anything.
        Example[] seeds = [.. Examples.Where(one => one.Kind == "reading" && one.Bytes.Length < 1_200)];
        Gen<(int Where, int How, byte Head, byte Any)> edit = Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 4], Gen.OneOf(Heads), Gen.Byte);
        Gen.Select(Gen.OneOf(seeds), Gen.Bool, edit.Array[1, 3]).Sample(
            (seed, inHeader, edits) =>
            {
                CoseStructure message = CoseStructure.Read(seed.Bytes);
                byte[] header = inHeader ? Mutate(message.Protected, edits) : message.Protected;
                byte[] payload = inHeader ? message.Content : Mutate(message.Content, edits);
                Sign1 made = Sign1.Sign(Parties.Signer("sensor"), header, [], payload);
                return AcceptedSame(seed.Kind, made.Bytes.ToArray(), seed.With);
            },
            iter: 4_000);
    }

    private static bool AcceptedSame(string kind, byte[] bytes, JsonObject with)
    {
        try
        {
            return MessageKinds.Judge(kind, bytes, with).Again.AsSpan().SequenceEqual(bytes);
        }
        catch (MessageException)
        {
            return true;
        }
    }

    private static Judged? Judge(Example example, byte[] bytes)
    {
        try
        {
            return MessageKinds.Judge(example.Kind, bytes, example.With);
        }
        catch (MessageException refused)
        {
            Assert.NotEqual(Refusal.None, refused.Reason);
            return null;
        }
    }

    private static byte[] Mutate(byte[] bytes, (int Where, int How, byte Head, byte Any)[] edits)
    {
        List<byte> mutated = [.. bytes];
        foreach ((int where, int how, byte head, byte any) in edits)
        {
            int at = where % (mutated.Count + 1);
            switch (how)
            {
                case 0:
                    mutated.Insert(at, head);
                    break;
                case 1 when at < mutated.Count:
                    mutated.RemoveAt(at);
                    break;
                case 2 when at < mutated.Count:
                    mutated[at] = head;
                    break;
                case 3 when at < mutated.Count:
                    mutated[at] = any;
                    break;
                case 4:
                    mutated.InsertRange(at, mutated[at..Math.Min(mutated.Count, at + (any % 16))]);
                    break;
                default:
                    break;
            }
        }

        return [.. mutated];
    }

    private static Example Find(string file, string name) => Examples.Single(one => one.File == file && one.Name == name);
}
