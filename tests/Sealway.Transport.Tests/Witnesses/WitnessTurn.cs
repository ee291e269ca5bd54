namespace Sealway.Transport.Tests;

using Sealway.Testing;

/// <summary>Lets the tools run a few at a time: they spend some of their time waiting, and the rest computing.</summary>
internal static class WitnessTurn
{
    private static readonly SemaphoreSlim _turns = new(Environment.ProcessorCount + 1);

    /// <summary>How long one run may take: a good many times what it takes on a machine that has nothing else to do.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    /// <summary>How long a run may take against a server that never gives a proper answer.</summary>
    public static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(20);

    /// <summary>Runs a tool when it is its turn; null if it was not done in time, and was ended.</summary>
    public static async Task<ProcessRun?> RunAsync(string program, IReadOnlyList<string> arguments, string folder, CancellationToken cancellation, TimeSpan? patience = null)
    {
        await _turns.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(patience ?? _patience);
            try
            {
                return await ProcessRun.Of(program, arguments, folder, cancellation: limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return null;
            }
        }
        finally
        {
            _turns.Release();
        }
    }
}
