namespace Sealway.Transport.Tests;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sealway.Testing;

/// <summary>A server that is another program. It is ended by its own process id, with what it started.</summary>
internal sealed class ServerProcess : RunningServer
{
    private const int Attempts = 5;
    private const int MostOutput = 65_536;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _name;
    private readonly StringBuilder _said = new();

    private ServerProcess(ProcessStartInfo start, IReadOnlyList<int> ports)
    {
        Ports = ports;
        _name = Path.GetFileName(start.FileName);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Heard;
        _process.ErrorDataReceived += Heard;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Every port that it was told.</summary>
    public IReadOnlyList<int> Ports { get; }

    /// <inheritdoc/>
    public override int Port => Ports[0];

    private string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Starts a program that is told a port, and waits until it accepts connections there.</summary>
    /// <param name="start">The program and its arguments for a port.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static Task<ServerProcess> StartAsync(Func<int, ProcessStartInfo> start, CancellationToken cancellation) =>
        StartAsync(1, ports => start(ports[0]), cancellation);

    /// <summary>Starts a program that is told some ports, and waits until it accepts connections at each. Another program may take a port in between: then others are tried.</summary>
    /// <param name="ports">How many.</param>
    /// <param name="start">The program and its arguments for ports.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<ServerProcess> StartAsync(int ports, Func<IReadOnlyList<int>, ProcessStartInfo> start, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience);
        string said = "";
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int[] free = FreePorts.Choose(ports);
            ServerProcess server = new(start(free), free);
            try
            {
                if (await server.AcceptsAsync(limit.Token).ConfigureAwait(false))
                {
                    return server;
                }
            }
            catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw new TimeoutException($"{server._name} does not accept connections: {server.Said}", late);
            }
            catch
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            await server.DisposeAsync().ConfigureAwait(false);
            said = $"{server._name}: {server.Said}";
        }

        throw new InvalidOperationException($"a server does not start: {said}");
    }

    /// <inheritdoc/>
    public override void RequireRunning()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"{_name} ended by itself with {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}: {Said}");
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task<bool> AcceptsAsync(CancellationToken cancellation)
    {
        foreach (int port in Ports)
        {
            while (!await AcceptsAsync(port, cancellation).ConfigureAwait(false))
            {
                if (_process.HasExited)
                {
                    return false;
                }

                // There is no event to wait for in another process.
                await Task.Delay(20, cancellation).ConfigureAwait(false);
            }
        }

        return !_process.HasExited;
    }

    private static async Task<bool> AcceptsAsync(int port, CancellationToken cancellation)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Heard(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            if (_said.Length < MostOutput)
            {
                _said.AppendLine(line.Data);
            }
        }
    }
}
