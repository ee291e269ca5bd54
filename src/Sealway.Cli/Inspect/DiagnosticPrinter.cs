namespace Sealway.Cli.Inspect;

using System.Formats.Cbor;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sealway.Messages;

/// <summary>
/// Prints CBOR in extended diagnostic notation (RFC 8949 section 8, RFC 8610 appendix G) with what is known of it as
/// comments. Reads leniently, since it is for looking at what was refused too. Depth, items and the length of each are
/// bounded, and what is not shown is said; texts are escaped, so that no message can speak to the terminal.
/// </summary>
internal sealed class DiagnosticPrinter
{
    private const int MaxDepth = 32;
    private const int MaxItems = 50_000;
    private const int BytesShown = 256;
    private const int CharactersShown = 1_024;

    private readonly StringBuilder _text = new();
    private int _items;

    /// <summary>Prints a message, or a sequence of them (RFC 8742).</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="shapes">What each item of the sequence is; the last stands for all that follow.</param>
    /// <returns>The text as far as the bytes are CBOR, and what stopped it, or null.</returns>
    public static (string Text, string? Mistake) Print(ReadOnlyMemory<byte> bytes, params IReadOnlyList<Shape> shapes)
    {
        DiagnosticPrinter printer = new();
        CborReader reader = new(bytes, CborConformanceMode.Lax, allowMultipleRootLevelValues: true);
        try
        {
            printer.Sequence(reader, bytes, shapes);
            return (printer._text.ToString(), null);
        }
        catch (Exception mistake) when (mistake is CborContentException or InvalidOperationException or OverflowException)
        {
            printer._text.Append("\n/ no CBOR from here on /");
            return (printer._text.ToString(), mistake.Message);
        }
    }

    private void Sequence(CborReader reader, ReadOnlyMemory<byte> bytes, IReadOnlyList<Shape> shapes)
    {
        for (int i = 0; reader.BytesRemaining > 0; i++)
        {
            // Items of a slot end where zeros lead to its end; no message consists of zeros, but an empty slot does.
            ReadOnlyMemory<byte> rest = bytes[^reader.BytesRemaining..];
            if (rest.Length > 1 && (i > 0 || rest.Length >= Limits.SmallestSlotBytes) && rest.Span.IndexOfAnyExcept((byte)0) < 0)
            {
                _text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "\n" : string.Empty)}/ {rest.Length} zero bytes of padding /");
                return;
            }

            if (_items >= MaxItems)
            {
                _text.Append(CultureInfo.InvariantCulture, $"\n/ {rest.Length} bytes more, not shown /");
                return;
            }

            if (i > 0)
            {
                _text.Append(",\n");
            }

            Shape shape = shapes[Math.Min(i, shapes.Count - 1)];
            Comment(shape.Name);
            Item(reader, shape, depth: 0);
        }
    }

    private void Item(CborReader reader, Shape shape, int depth)
    {
        if (depth > MaxDepth)
        {
            reader.SkipValue();
            _text.Append("/ deeper than shown /");
            return;
        }

        _items++;
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger:
                ulong number = reader.ReadUInt64();
                _text.Append(CultureInfo.InvariantCulture, $"{number}");
                Comment(number <= long.MaxValue && shape.Words?.TryGetValue((long)number, out string? word) == true ? word : shape.Describe?.Invoke(number), after: true);
                break;

            case CborReaderState.NegativeInteger:
                ulong negative = reader.ReadCborNegativeIntegerRepresentation();
                _text.Append(CultureInfo.InvariantCulture, $"{-1 - (Int128)negative}");
                Comment(negative < long.MaxValue && shape.Words?.TryGetValue(-1 - (long)negative, out string? named) == true ? named : null, after: true);
                break;

            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                Bytes(reader.ReadByteString(), shape, depth);
                break;

            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                Text(reader.ReadTextString());
                break;

            case CborReaderState.StartArray:
                Array(reader, shape, depth);
                break;

            case CborReaderState.StartMap:
                Map(reader, shape, depth);
                break;

            case CborReaderState.Tag:
                _text.Append(CultureInfo.InvariantCulture, $"{(ulong)reader.ReadTag()}(");
                Item(reader, shape, depth + 1);
                _text.Append(')');
                break;

            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                Float(reader.ReadDouble());
                break;

            case CborReaderState.Boolean:
                _text.Append(reader.ReadBoolean() ? "true" : "false");
                break;

            case CborReaderState.Null:
                reader.ReadNull();
                _text.Append("null");
                break;

            default:
                _text.Append(CultureInfo.InvariantCulture, $"simple({(byte)reader.ReadSimpleValue()})");
                break;
        }
    }

    private void Bytes(byte[] bytes, Shape shape, int depth)
    {
        if (bytes.Length > 0 && (shape.Embedded ?? shape.Inside?.Invoke(bytes)) is { } inner && IsCbor(bytes))
        {
            _text.Append("<< ");
            Comment(inner.Name);
            Item(new CborReader(bytes, CborConformanceMode.Lax), inner, depth + 1);
            _text.Append(" >>");
            return;
        }

        string hex = Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, BytesShown)));
        _text.Append(CultureInfo.InvariantCulture, $"h'{hex}'");
        Comment(bytes.Length > BytesShown ? $"{bytes.Length} bytes, the first {BytesShown} shown" : shape.Describe?.Invoke(bytes), after: true);
    }

    private void Text(string text)
    {
        // Escapes everything but printable ASCII.
        _text.Append(JsonSerializer.Serialize(text.Length <= CharactersShown ? text : text[..CharactersShown]));
        Comment(text.Length > CharactersShown ? $"{text.Length} characters, the first {CharactersShown} shown" : null, after: true);
    }

    private void Float(double value)
    {
        string digits = value.ToString("R", CultureInfo.InvariantCulture);
        _text.Append(digits);

        // Else it would read as an integer.
        if (double.IsFinite(value) && !digits.Contains('.', StringComparison.Ordinal) && !digits.Contains('E', StringComparison.Ordinal))
        {
            _text.Append(".0");
        }
    }

    private void Array(CborReader reader, Shape shape, int depth)
    {
        reader.ReadStartArray();
        _text.Append('[');
        for (int i = 0; reader.PeekState() != CborReaderState.EndArray; i++)
        {
            Line(i, depth + 1);
            if (More(reader))
            {
                break;
            }

            Shape item = shape.Items is { Count: > 0 } items ? items[Math.Min(i, items.Count - 1)] : Shape.Unknown;
            Comment(item.Name);
            Item(reader, item, depth + 1);
        }

        reader.ReadEndArray();
        _text.Append(']');
    }

    private void Map(CborReader reader, Shape shape, int depth)
    {
        reader.ReadStartMap();
        _text.Append('{');
        for (int i = 0; reader.PeekState() != CborReaderState.EndMap; i++)
        {
            Line(i, depth + 1);
            if (More(reader))
            {
                break;
            }

            Shape item = Label(reader, shape, depth);
            _text.Append(": ");
            Item(reader, item, depth + 1);
        }

        reader.ReadEndMap();
        _text.Append('}');
    }

    private Shape Label(CborReader reader, Shape shape, int depth)
    {
        if (reader.PeekState() is not (CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger))
        {
            Item(reader, Shape.Unknown, depth + 1);
            return Shape.Unknown;
        }

        Int128 label = reader.PeekState() == CborReaderState.UnsignedInteger ? reader.ReadUInt64() : -1 - (Int128)reader.ReadCborNegativeIntegerRepresentation();
        Shape item = label >= long.MinValue && label <= long.MaxValue ? shape.Labels?.GetValueOrDefault((long)label) ?? Shape.Unknown : Shape.Unknown;
        Comment(item.Name);
        _text.Append(CultureInfo.InvariantCulture, $"{label}");
        return item;
    }

    // What is left of an array or map is skipped once enough was shown.
    private bool More(CborReader reader)
    {
        if (_items < MaxItems)
        {
            return false;
        }

        _text.Append("/ more, not shown /");
        while (reader.PeekState() is not (CborReaderState.EndArray or CborReaderState.EndMap))
        {
            reader.SkipValue();
        }

        return true;
    }

    private void Line(int index, int depth)
    {
        if (index > 0)
        {
            _text.Append(',');
        }

        _text.Append('\n').Append(' ', depth * 2);
    }

    private void Comment(string? text, bool after = false)
    {
        if (text is not null)
        {
            _text.Append(after ? $" / {text} /" : $"/ {text} / ");
        }
    }

    private static bool IsCbor(byte[] bytes)
    {
        try
        {
            CborReader reader = new(bytes, CborConformanceMode.Lax);
            reader.SkipValue();
            return reader.BytesRemaining == 0;
        }
        catch (Exception mistake) when (mistake is CborContentException or InvalidOperationException or OverflowException)
        {
            return false;
        }
    }
}
