namespace Sealway.Cli.Hosting;

using System.Collections;
using System.Globalization;
using System.Text.Json;

/// <summary>Writes the few kinds of value that logs and health reports hold.</summary>
internal static class JsonValues
{
    private const int DeepestNesting = 8;

    /// <summary>Numbers as numbers (those that are not finite as null), flags as flags, times in ISO 8601, durations in seconds, dictionaries and lists as such, all else as its text.</summary>
    public static void Write(Utf8JsonWriter json, object? value, int depth = 0)
    {
        if (TryNumber(value, out double number))
        {
            WriteNumber(json, value!, number);
            return;
        }

        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case DateTimeOffset at:
                json.WriteStringValue(at.UtcDateTime);
                break;
            case IDictionary values when depth < DeepestNesting:
                json.WriteStartObject();
                foreach (DictionaryEntry entry in values)
                {
                    json.WritePropertyName(Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "");
                    Write(json, entry.Value, depth + 1);
                }

                json.WriteEndObject();
                break;
            case IEnumerable<KeyValuePair<string, object>> values when depth < DeepestNesting:
                json.WriteStartObject();
                foreach ((string name, object inner) in values)
                {
                    json.WritePropertyName(name);
                    Write(json, inner, depth + 1);
                }

                json.WriteEndObject();
                break;
            case IEnumerable values when depth < DeepestNesting:
                json.WriteStartArray();
                foreach (object? inner in values)
                {
                    Write(json, inner, depth + 1);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>A number or a duration (in seconds) as a number.</summary>
    public static bool TryNumber(object? value, out double number)
    {
        number = value switch
        {
            sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            TimeSpan duration => duration.TotalSeconds,
            _ => double.NaN,
        };
        return value is TimeSpan or sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal;
    }

    private static void WriteNumber(Utf8JsonWriter json, object value, double number)
    {
        switch (value)
        {
            case ulong whole:
                json.WriteNumberValue(whole);
                break;
            case decimal exact:
                json.WriteNumberValue(exact);
                break;
            case float or double or TimeSpan:
                if (double.IsFinite(number))
                {
                    json.WriteNumberValue(number);
                }
                else
                {
                    json.WriteNullValue();
                }

                break;
            default:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
