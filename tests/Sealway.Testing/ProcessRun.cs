namespace Sealway.Testing;

using System.ComponentModel;
using System.Diagnostics;

/// <summary>A program that ran to its end, as its caller sees it.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record ProcessRun(int Code, string Output, string Error)
{
    /// <summary>Runs a program, gives it its input, and waits for its end; it is killed with its children when the wait is cancelled.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="input">Standard input; null: none.</param>
    /// <param name="environment">Variables set beside those of this process.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<ProcessRun> Of(
        string program,
        IEnumerable<string> arguments,
        string folder,
        ReadOnlyMemory<byte> input = default,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellation = default)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
            await Give(process.StandardInput, input, cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return new ProcessRun(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task Give(StreamWriter writer, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        try
        {
            await writer.BaseStream.WriteAsync(input, cancellation).ConfigureAwait(false);
            writer.Close();
        }
        catch (Exception closed) when (closed is IOException or Win32Exception)
        {
            // A program need not read its input.
        }
    }
}
