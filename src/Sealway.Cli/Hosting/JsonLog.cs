namespace Sealway.Cli.Hosting;

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

/// <summary>The structured log: one JSON object a line. Whatever a peer managed to put into a value is escaped and cut, so that it can neither forge a line nor fill the disk with one.</summary>
/// <param name="output">Where the lines go; not closed here.</param>
/// <param name="role">The role, stated on each line.</param>
/// <param name="time">The clock of the timestamps.</param>
internal sealed class JsonLog(Stream output, string role, TimeProvider time) : ILoggerProvider
{
    /// <summary>The longest text of a value, in characters; a stack trace may have eight times as many.</summary>
    public const int LongestValue = 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _line = new(512);

    /// <summary>A factory whose loggers write here. The web framework's own lines appear from warning on.</summary>
    public ILoggerFactory Factory(LogLevel least)
    {
        LoggerFilterOptions filter = new() { MinLevel = least };
        filter.Rules.Add(new(null, "Microsoft", least > LogLevel.Warning ? least : LogLevel.Warning, null));
        return new LoggerFactory([this], filter);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new JsonLogger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Writes one line.</summary>
    internal void Write(LogLevel level, string category, string message, IReadOnlyList<KeyValuePair<string, object?>>? values, Exception? exception)
    {
        lock (_gate)
        {
            _line.ResetWrittenCount();
            using (Utf8JsonWriter json = new(_line, Options))
            {
                json.WriteStartObject();
                json.WriteString("time", time.GetUtcNow().UtcDateTime);
                json.WriteString("level", JsonNamingPolicy.CamelCase.ConvertName(level.ToString()));
                json.WriteString("role", role);
                json.WriteString("from", category);
                json.WriteString("message", Cut(message, LongestValue));
                WriteValues(json, values);
                WriteException(json, exception);
                json.WriteEndObject();
            }

            _line.Write("\n"u8);
            try
            {
                output.Write(_line.WrittenSpan);
                output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the log any more. The role's work does not depend on being watched.
            }
        }
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? values)
    {
        HashSet<string> taken = ["time", "level", "role", "from", "message", "error"];
        foreach ((string name, object? value) in values ?? [])
        {
            if (name == "{OriginalFormat}")
            {
                continue;
            }

            string key = JsonNamingPolicy.CamelCase.ConvertName(name);
            while (!taken.Add(key))
            {
                key += "_";
            }

            json.WritePropertyName(key);
            JsonValues.Write(json, value is string text ? Cut(text, LongestValue) : value);
        }
    }

    private static void WriteException(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is null)
        {
            return;
        }

        json.WriteStartObject("error");
        json.WriteString("type", exception.GetType().Name);
        json.WriteString("message", Cut(exception.Message, LongestValue));
        if (exception is not UserError)
        {
            json.WriteString("stack", Cut(exception.ToString(), 8 * LongestValue));
        }

        json.WriteEndObject();
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest - 1), "…");
}
