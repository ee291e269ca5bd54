namespace Sealway.Cli.Tests;

using CsCheck;
using Xunit;

public sealed class InspectPropertyTests
{
    // Tags, arrays, maps and strings of every width, breaks and floats: more often CBOR than random bytes are.
    private static readonly byte[] Heads =
        [0x00, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x20, 0x38, 0x3B, 0x40, 0x44, 0x58, 0x5B, 0x5F, 0x60, 0x63, 0x7B, 0x7F, 0x80, 0x81, 0x84, 0x9A, 0x9B, 0x9F, 0xA0, 0xA1, 0xA2, 0xBB, 0xBF, 0xC0, 0xC4, 0xD2, 0xD8, 0xDB, 0xE0, 0xF4, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFF];

    [Fact]
    public void Random_bytes_never_crash_it() => Gen.Byte.Array[0, 400].Sample(Shown, iter: 3_000);

    [Fact]
    public void Random_CBOR_never_crashes_it() =>
        Gen.OneOf(Gen.Int[0, Heads.Length - 1].Select(i => Heads[i]), Gen.Byte).Array[1, 200].Sample(Shown, iter: 10_000);

    [Fact]
    public void A_message_with_changed_bytes_never_crashes_it()
    {
        byte[][] messages = [.. Vectors.All.Select(vector => vector.Bytes).Where(bytes => bytes.Length is > 0 and < 4_096)];
        Gen<(int Message, int At, byte To, int Cut)> changes = Gen.Select(Gen.Int[0, messages.Length - 1], Gen.Int[0, 4_095], Gen.Byte, Gen.Int[0, 20]);
        changes.Sample(
            change =>
            {
                byte[] bytes = [.. messages[change.Message]];
                bytes[change.At % bytes.Length] = change.To;
                Shown(change.Cut == 0 ? bytes[..(change.At % bytes.Length)] : bytes);
            },
            iter: 4_000);
    }

    [Fact]
    public void Every_vector_is_shown_in_plain_text()
    {
        Assert.True(Vectors.All.Count > 300);
        Assert.All(Vectors.All, vector => Shown(vector.Bytes));
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0x9F)]
    [InlineData(0xA1)]
    [InlineData(0xC1)]
    [InlineData(0xDB)]
    public void Depth_is_bounded(byte head)
    {
        byte[] bytes = new byte[1_000_000];
        bytes.AsSpan().Fill(head);
        (string text, _) = Inspector.Show(bytes);
        Assert.InRange(text.Length, 1, 100_000);
    }

    [Fact]
    public void What_is_printed_is_bounded()
    {
        byte[] numbers = [0x9A, 0x00, 0x1E, 0x84, 0x80, .. Enumerable.Repeat((byte)1, 2_000_000)];
        (string text, string? mistake) = Inspector.Show(numbers);
        Assert.Null(mistake);
        Assert.InRange(text.Length, 1, 1_000_000);
        Assert.Contains("/ more, not shown /", text, StringComparison.Ordinal);

        byte[] words = [0x7A, 0x00, 0x1E, 0x84, 0x80, .. Enumerable.Repeat((byte)'x', 2_000_000)];
        Assert.InRange(Inspector.Show(words).Text.Length, 1, 10_000);

        byte[] sequence = [.. Enumerable.Repeat((byte)1, 2_000_000)];
        Assert.InRange(Inspector.Show(sequence).Text.Length, 1, 1_000_000);
    }

    // Whatever it is given, it shows text that a terminal takes as it is.
    private static void Shown(byte[] bytes)
    {
        (string text, string? mistake) = Inspector.Show(bytes);
        if (mistake is null && bytes.Length > 0)
        {
            Assert.NotEmpty(text);
        }

        Assert.DoesNotContain(text, c => c is not '\n' and (< ' ' or > '~'));
    }
}
