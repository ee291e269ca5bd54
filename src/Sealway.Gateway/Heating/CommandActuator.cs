namespace Sealway.Gateway;

using System.ComponentModel;
using System.Diagnostics;

/// <summary>Runs a command with <c>on</c> or <c>off</c> as its last argument; exit code 0 means switched. No shell is involved.</summary>
public sealed class CommandActuator : IHeatingActuator
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly string _command;
    private readonly IReadOnlyList<string> _arguments;
    private readonly TimeProvider _time;

    /// <summary>Takes the command.</summary>
    /// <param name="command">The program.</param>
    /// <param name="arguments">Its arguments before the last.</param>
    /// <param name="time">The clock; the system's when null.</param>
    public CommandActuator(string command, IReadOnlyList<string>? arguments = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        _command = command;
        _arguments = arguments ?? [];
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public async Task SetAsync(bool on, CancellationToken cancellation = default)
    {
        using CancellationTokenSource late = new(_patience, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        using Process process = Start(on);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException inner)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new IOException($"the heating's command '{_command}' took longer than {_patience.TotalSeconds} s and was ended", inner);
        }

        if (process.ExitCode != 0)
        {
            throw new IOException($"the heating's command '{_command}' ended with exit code {process.ExitCode}");
        }
    }

    private Process Start(bool on)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(_command, [.. _arguments, on ? "on" : "off"]) { UseShellExecute = false })
                ?? throw new IOException($"the heating's command '{_command}' cannot be run");
        }
        catch (Win32Exception inner)
        {
            throw new IOException($"the heating's command '{_command}' cannot be run: {inner.Message}", inner);
        }
    }
}
