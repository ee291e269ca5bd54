namespace Sealway.Archive;

using System.ComponentModel;
using System.Diagnostics;

/// <summary>Runs a command for each alert, with the alert as JSON on its standard input. Exit code 0 within <see cref="Patience"/> means delivered.</summary>
internal sealed class CommandChannel(IReadOnlyList<string> command, TimeProvider time) : IAlertChannel
{
    /// <summary>How long a command may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task DeliverAsync(ReadOnlyMemory<byte> json, CancellationToken ct)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        using CancellationTokenSource late = new(Patience, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        using Process process = Start(start);
        try
        {
            // Read, so that a command that prints much does not stand still.
            Task drained = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, both.Token);
            await Write(process, json, both.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(both.Token).ConfigureAwait(false);
            await drained.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new AlertNotDeliveredException($"{command[0]} took longer than {Patience.TotalSeconds} s and was ended");
        }
        finally
        {
            End(process);
        }

        if (process.ExitCode != 0)
        {
            throw new AlertNotDeliveredException($"{command[0]} ended with code {process.ExitCode}");
        }
    }

    public void Dispose()
    {
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception inner) when (inner is Win32Exception or InvalidOperationException)
        {
            throw new AlertNotDeliveredException($"{command[0]} cannot be run: {inner.Message}", inner);
        }
    }

    private static async Task Write(Process process, ReadOnlyMemory<byte> json, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(json, ct).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It may decide without reading to the end; its exit code says.
        }
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception inner) when (inner is InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile.
        }
    }
}
