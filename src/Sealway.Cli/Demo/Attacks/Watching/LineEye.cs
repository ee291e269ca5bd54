namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json;

/// <summary>Looks at a file of JSON lines from its present end on, or from its beginning: a part's structured log, or the alerts that the archive's own channel delivered.</summary>
internal sealed class LineEye(string file, string whose, bool fromTheBeginning = false)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly long _from = !fromTheBeginning && File.Exists(file) ? new FileInfo(file).Length : 0;
    private long _struck = TimeProvider.System.GetTimestamp();

    /// <summary>Looks at a part's log.</summary>
    public static LineEye LogOf(Part part) => new(part.LogFile, part.Name);

    /// <summary>The attacker's act was done just now.</summary>
    public void Struck() => _struck = TimeProvider.System.GetTimestamp();

    /// <summary>Waits until so many lines say something.</summary>
    /// <param name="what">What they must say.</param>
    /// <param name="words">What is waited for, in words.</param>
    /// <param name="tried">How often it was tried: so many lines.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="within">How long at most.</param>
    /// <exception cref="Unnoticed">They did not.</exception>
    public async Task<Noticed> See(Func<JsonElement, bool> what, string words, int tried, CancellationToken stop, TimeSpan? within = null)
    {
        while (true)
        {
            List<JsonElement> said = [.. Lines().Where(what)];
            TimeSpan after = TimeProvider.System.GetElapsedTime(_struck);
            if (said.Count >= tried)
            {
                return new Noticed(tried, tried, whose, Text(said[0]), after.TotalMilliseconds);
            }

            if (after > (within ?? Patience))
            {
                throw new Unnoticed(tried, said.Count, $"{whose} did not say: {words}");
            }

            await Task.Delay(Poll, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for lines whose text contains some words.</summary>
    public Task<Noticed> See(string words, int tried, CancellationToken stop, TimeSpan? within = null) =>
        See(line => Text(line).Contains(words, StringComparison.Ordinal), words, tried, stop, within);

    /// <summary>What a line says to a person: a log's message, an alert's text.</summary>
    public static string Text(JsonElement line) => line.ValueKind == JsonValueKind.Object
        ? line.TryGetProperty("message", out JsonElement message) ? message.ToString() : line.TryGetProperty("text", out JsonElement text) ? text.ToString() : line.ToString()
        : line.ToString();

    private IEnumerable<JsonElement> Lines()
    {
        if (!File.Exists(file))
        {
            yield break;
        }

        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = Math.Min(_from, stream.Length);
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            JsonElement? read = null;
            try
            {
                read = line.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(line) : null;
            }
            catch (JsonException)
            {
                // The end of a line that is being written; the next look sees it whole.
            }

            if (read is { } whole)
            {
                yield return whole;
            }
        }
    }
}
