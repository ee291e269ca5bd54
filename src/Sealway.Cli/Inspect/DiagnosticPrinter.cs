namespace Sealway.Cli.Inspect;

using System.Formats.Cbor;
using System.Globalization;
using System.Text;

/// <summary>
/// Prints CBOR in extended diagnostic notation (RFC 8949 section 8, RFC 8610 appendix G) with what is known of it as
/// comments. Reads leniently, since it is for looking at what was refused too; depth and output are bounded.
/// </summary>
internal sealed class DiagnosticPrinter
{
    private const int MaxDepth = 32;
    private const int BytesShown = 256;

    private readonly StringBuilder _text = new();

    public static string Print(ReadOnlyMemory<byte> bytes, Shape shape)
    {
        DiagnosticPrinter printer = new();
        CborReader reader = new(bytes, CborConformanceMode.Lax);
        printer.Comment(shape.Name);
        printer.Item(reader, shape, depth: 0);
        if (reader.BytesRemaining > 0)
        {
            printer._text.Append(CultureInfo.InvariantCulture, $"\n/ {reader.BytesRemaining} bytes follow /");
        }

        return printer._text.ToString();
    }

    private void Item(CborReader reader, Shape shape, int depth)
    {
        if (depth > MaxDepth)
        {
            reader.SkipValue();
            _text.Append("/ deeper than shown /");
            return;
        }

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
                _text.Append(System.Text.Json.JsonSerializer.Serialize(reader.ReadTextString()));
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
                _text.Append(reader.ReadDouble().ToString("R", CultureInfo.InvariantCulture));
                break;

            case CborReaderState.Boolean:
                _text.Append(reader.ReadBoolean() ? "true" : "false");
                break;

            case CborReaderState.Null:
                reader.ReadNull();
                _text.Append("null");
                Comment(shape.Name, after: true);
                break;

            default:
                _text.Append(CultureInfo.InvariantCulture, $"simple({(byte)reader.ReadSimpleValue()})");
                break;
        }
    }

    private void Bytes(byte[] bytes, Shape shape, int depth)
    {
        if ((shape.Embedded ?? shape.Inside?.Invoke(bytes)) is { } inner && IsCbor(bytes))
        {
            _text.Append("<< ");
            Item(new CborReader(bytes, CborConformanceMode.Lax), inner, depth + 1);
            _text.Append(" >>");
            return;
        }

        string hex = Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, BytesShown)));
        _text.Append(CultureInfo.InvariantCulture, $"h'{hex}'");
        Comment(bytes.Length > BytesShown ? $"{bytes.Length} bytes, the first {BytesShown} shown" : shape.Describe?.Invoke(bytes), after: true);
    }

    private void Array(CborReader reader, Shape shape, int depth)
    {
        reader.ReadStartArray();
        _text.Append('[');
        for (int i = 0; reader.PeekState() != CborReaderState.EndArray; i++)
        {
            Shape item = shape.Items is { Count: > 0 } items ? items[Math.Min(i, items.Count - 1)] : Shape.Unknown;
            Line(i, depth + 1);
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
            Shape item = Shape.Unknown;
            if (reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger)
            {
                long label = reader.ReadInt64();
                item = shape.Labels?.GetValueOrDefault(label) ?? Shape.Unknown;
                Comment(item.Name);
                _text.Append(CultureInfo.InvariantCulture, $"{label}");
            }
            else
            {
                Item(reader, Shape.Unknown, depth + 1);
            }

            _text.Append(": ");
            Item(reader, item, depth + 1);
        }

        reader.ReadEndMap();
        _text.Append('}');
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
        catch (CborContentException)
        {
            return false;
        }
    }
}
