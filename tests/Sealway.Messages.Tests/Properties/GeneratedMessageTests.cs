namespace Sealway.Messages.Tests;

using System.Collections.Concurrent;
using System.Formats.Cbor;
using CsCheck;
using Xunit;

/// <summary>What holds for every message that can be made, of every kind.</summary>
public class GeneratedMessageTests
{
    // Long messages, and those of which each opening costs an agreement, are tried at every so many bits, from a place that changes.
    private const int Tried = 400;

    // Of several messages the first that is no longer than this has all of its bits tried; an epoch's and a command slot's length is given.
    private const int LongEnough = 700;

    // What costs agreements to open is read with any bit changed, and opened where the headers are and with some bits beyond: an odd step, so that all places in a byte have their turn.
    private const int OpenedFirst = 400;
    private const int Opened = 61;

    public static TheoryData<string> Kinds => [.. GeneratedMessages.ByKind.Keys];

    [Fact]
    public void Every_kind_is_generated() =>
        Assert.Equal(ValidMessages.All().Select(one => one.Kind).Distinct().Order(StringComparer.Ordinal), GeneratedMessages.ByKind.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_generated_message_made_again_from_what_it_says_has_the_same_bytes(string kind) =>
        GeneratedMessages.ByKind[kind].Sample(message => MessageKinds.Judge(kind, message.Bytes, message.With).Again.AsSpan().SequenceEqual(message.Bytes), iter: Costly(kind) ? 5 : 300, threads: 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_generated_message_with_a_changed_bit_is_refused_or_says_something_else_in_its_own_bytes(string kind) =>
        Gen.Select(GeneratedMessages.ByKind[kind], Gen.Int[0, 1_000]).Sample(
            (message, start) =>
            {
                bool bound = MessageKinds.Judge(kind, message.Bytes, message.With).Bound;
                int stride = Math.Max(1, message.Bytes.Length * 8 / (Costly(kind) ? Tried / 10 : Tried));
                for (int bit = start % stride; bit < message.Bytes.Length * 8; bit += stride)
                {
                    byte[] changed = [.. message.Bytes];
                    changed[bit / 8] ^= (byte)(1 << (bit % 8));
                    Judged? judged = Judge(message, changed);
                    Assert.False(bound && judged is not null, $"{kind}: bit {bit} of {Convert.ToHexString(message.Bytes)} changed and accepted");

                    // Each message has one encoding: accepted bytes that differ say something else.
                    Assert.True(judged is null || judged.Again.AsSpan().SequenceEqual(changed), $"{kind}: bit {bit} of {Convert.ToHexString(message.Bytes)} changed, and made again differently");
                }
            },
            iter: Costly(kind) ? 2 : 8,
            threads: 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_generated_message_with_any_one_bit_changed_is_refused_or_says_something_else_in_its_own_bytes(string kind)
    {
        // One message of each kind, another in each run; long ones say no more than short ones do.
        Example message = Generated(kind);
        bool bound = MessageKinds.Judge(kind, message.Bytes, message.With).Bound;
        ConcurrentQueue<string> wrong = [];
        Parallel.For(0, message.Bytes.Length * 8, bit =>
        {
            byte[] changed = [.. message.Bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            bool opens = !Costly(kind) || bit < OpenedFirst || bit % Opened == 0;
            Judged? judged = opens ? null : Read(kind, changed);
            if (opens || (judged is not null && !judged.Again.AsSpan().SequenceEqual(changed)))
            {
                judged = Judge(message, changed);
            }

            if (judged is not null && ((bound && opens) || !judged.Again.AsSpan().SequenceEqual(changed)))
            {
                wrong.Enqueue($"{kind}: bit {bit} of {Convert.ToHexString(message.Bytes)} changed and accepted");
            }
        });
        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_generated_message_cut_short_or_with_more_is_refused(string kind)
    {
        // A slot and a sequence end where what holds them ends: shorter ones are slots and sequences too.
        if (kind is "slot" or "follow-sequence")
        {
            GeneratedMessages.ByKind[kind].Sample(message => Judge(message, [.. message.Bytes, 0xFF]) is null, iter: 50, threads: 1);
            return;
        }

        GeneratedMessages.ByKind[kind].Sample(
            message =>
            {
                int step = Math.Max(1, message.Bytes.Length / Tried);
                for (int length = 0; length < message.Bytes.Length; length += step)
                {
                    Assert.Null(Judge(message, message.Bytes[..length]));
                }

                for (int more = 0; more < 256; more++)
                {
                    Assert.Null(Judge(message, [.. message.Bytes, (byte)more]));
                    Assert.Null(Judge(message, [(byte)more, .. message.Bytes]));
                }
            },
            iter: Costly(kind) ? 2 : 10,
            threads: 1);
    }

    // What it is before anybody opens it.
    private static Judged? Read(string kind, byte[] bytes)
    {
        try
        {
            _ = kind switch
            {
                "epoch" => (object)Epoch.FromUntrusted(bytes),
                "grant" => Grant.FromUntrusted(bytes),
                _ => bytes,
            };
            return new Judged([], CanonicalCopy.Of(bytes), Bound: false);
        }
        catch (Exception e) when (e is MessageException or CborContentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Example Generated(string kind)
    {
        Example? shortest = null;
        for (int i = 0; i < 20 && (shortest is null || shortest.Bytes.Length > LongEnough || shortest.Bytes.Length == 0); i++)
        {
            Example one = GeneratedMessages.ByKind[kind].Single();
            shortest = shortest is null || shortest.Bytes.Length == 0 || (one.Bytes.Length > 0 && one.Bytes.Length < shortest.Bytes.Length) ? one : shortest;
        }

        return shortest!;
    }

    private static bool Costly(string kind) => kind is "epoch" or "grant" or "command-slot";

    private static Judged? Judge(Example message, byte[] bytes)
    {
        try
        {
            return MessageKinds.Judge(message.Kind, bytes, message.With);
        }
        catch (MessageException)
        {
            return null;
        }
    }
}
