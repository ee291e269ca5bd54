namespace Sealway.Cli.Hosting;

using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

/// <summary>A health report as JSON and as metrics.</summary>
internal static class HealthFormat
{
    /// <summary>The report as a JSON object: <c>healthy</c>, <c>role</c>, then the values.</summary>
    public static byte[] Json(string role, HealthReport report)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("healthy", report.Healthy);
            json.WriteString("role", role);
            foreach ((string name, object value) in report.Values.Where(value => value.Key is not ("healthy" or "role")))
            {
                json.WritePropertyName(name);
                JsonValues.Write(json, value);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The numbers of the report in the Prometheus text format 0.0.4: <c>sealway_readings_logged{role="gateway"} 12</c>.
    /// Flags are 0 or 1, durations seconds; a dictionary of numbers is one metric with the label <c>of</c>. A dictionary that
    /// holds dictionaries is a section, as each fleet's at a cloud: its values have the names that they have elsewhere, and
    /// the section's name as the label <c>section</c>: <c>sealway_refused_by{role="cloud",section="st-anna",of="Revoked"} 2</c>.
    /// </summary>
    public static byte[] Metrics(string role, HealthReport report)
    {
        StringBuilder text = new();
        Line(text, "sealway_healthy", role, null, null, report.Healthy ? 1 : 0);
        Values(text, role, null, report.Values.Where(value => value.Key != "healthy"));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Values(StringBuilder text, string role, string? section, IEnumerable<KeyValuePair<string, object>> report)
    {
        foreach ((string name, object value) in report)
        {
            string metric = $"sealway_{Name(name)}";
            if (TryNumber(value, out double number))
            {
                Line(text, metric, role, section, null, number);
            }
            else if (section is null && value is IEnumerable<KeyValuePair<string, object>> inner && inner.Any(one => one.Value is IDictionary))
            {
                Values(text, role, name, inner);
            }
            else if (value is IDictionary values)
            {
                foreach (DictionaryEntry entry in values)
                {
                    if (TryNumber(entry.Value, out number))
                    {
                        Line(text, metric, role, section, Convert.ToString(entry.Key, CultureInfo.InvariantCulture), number);
                    }
                }
            }
        }
    }

    private static bool TryNumber(object? value, out double number)
    {
        if (value is bool flag)
        {
            number = flag ? 1 : 0;
            return true;
        }

        return JsonValues.TryNumber(value, out number);
    }

    private static void Line(StringBuilder text, string metric, string role, string? section, string? of, double value)
    {
        text.Append(metric).Append("{role=\"").Append(Label(role)).Append('"');
        if (section is not null)
        {
            text.Append(",section=\"").Append(Label(section)).Append('"');
        }

        if (of is not null)
        {
            text.Append(",of=\"").Append(Label(of)).Append('"');
        }

        text.Append("} ").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>readingsLogged becomes readings_logged; what a metric's name may not hold becomes an underscore.</summary>
    private static string Name(string name)
    {
        StringBuilder text = new();
        foreach (char letter in JsonNamingPolicy.SnakeCaseLower.ConvertName(name))
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        return text.ToString();
    }

    private static string Label(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
