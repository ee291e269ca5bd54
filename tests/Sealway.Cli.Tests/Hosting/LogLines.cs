namespace Sealway.Cli.Tests.Hosting;

using System.Text;
using System.Text.Json;

/// <summary>A stream that collects what is written to it, from any thread.</summary>
internal sealed class LogLines : MemoryStream
{
    // A derived stream's writes of spans come here too.
    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (this)
        {
            base.Write(buffer, offset, count);
        }
    }

    public string Text()
    {
        lock (this)
        {
            return Encoding.UTF8.GetString(ToArray());
        }
    }

    /// <summary>The lines that are JSON objects.</summary>
    public IReadOnlyList<JsonElement> Json() =>
        [.. Text().Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line))];

    public IEnumerable<string?> Messages() => Json().Select(line => line.GetProperty("message").GetString());
}
