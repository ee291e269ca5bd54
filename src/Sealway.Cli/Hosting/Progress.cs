namespace Sealway.Cli.Hosting;

using System.Globalization;

/// <summary>How far long work has come: a line written over at a terminal; elsewhere a line for each tenth.</summary>
/// <param name="output">Where.</param>
/// <param name="what">What is counted, as in "made".</param>
/// <param name="total">How many there are.</param>
internal sealed class Progress(TextWriter output, string what, int total)
{
    private readonly bool _live = !Console.IsOutputRedirected && ReferenceEquals(output, Console.Out);
    private int _done;

    /// <summary>One more is done.</summary>
    public async Task StepAsync()
    {
        _done++;
        if (_live)
        {
            // The cursor to the line's beginning, and the line erased to its end.
            await output.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"\r\u001b[K{what} {_done} of {total}")).ConfigureAwait(false);
        }
        else if ((_done * 10L / total) != ((_done - 1) * 10L / total) && total >= 10)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what} {_done} of {total}")).ConfigureAwait(false);
        }
    }

    /// <summary>All is done.</summary>
    public Task EndAsync(string line) => output.WriteLineAsync(_live ? $"\r\u001b[K{line}" : line);
}
