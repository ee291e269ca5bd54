namespace Sealway.Transport.Tests;

using System.Diagnostics;

/// <summary>A client of TLS 1.2 that asks for a renegotiation, and waits for what the server makes of it.</summary>
internal static class Renegotiation
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    /// <summary>Every message that <c>openssl s_client</c> saw until one side ended the connection.</summary>
    /// <param name="address">The listener.</param>
    /// <param name="keys">The folder with the keys of a party that it lets in: of a stranger it would not stay to be asked.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<string> AskAsync(string address, string keys, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(SystemProgram.Find("openssl"), ["s_client", "-tls1_2", "-msg", "-connect", address, "-cert", Path.Combine(keys, "tls.crt"), "-key", Path.Combine(keys, "tls.key")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellation);

            // Its input stays open: it would leave with the end of it.
            await process.StandardInput.WriteAsync("R\n".AsMemory(), cancellation).ConfigureAwait(false);
            await process.StandardInput.FlushAsync(cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).WaitAsync(_patience, cancellation).ConfigureAwait(false);
            return await output.ConfigureAwait(false) + await error.ConfigureAwait(false);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
