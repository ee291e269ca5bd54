namespace Sealway.Cli.Demo;

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Sealway.Cli.Hosting;

/// <summary>One role as a process of its own, started with the same program, watched through its health endpoint, stopped with SIGTERM.</summary>
internal sealed class Part : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly Process _process;
    private readonly Task _log;
    private readonly string _folder;
    private JsonElement? _last;
    private bool _disposed;

    private Part(string name, string folder, Process process, Task log)
    {
        Name = name;
        _folder = folder;
        _process = process;
        _log = log;
    }

    /// <summary>What it is called in the demo's messages.</summary>
    public string Name { get; }

    /// <summary>Where its structured log goes.</summary>
    public string LogFile => Path.Combine(_folder, $"{Name}.log");

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a command as a process; its errors go to a file of its own.</summary>
    public static Part Start(string name, string folder, params string[] arguments) => Start(name, folder, arguments, environment: null);

    /// <summary>Starts a role with its configuration.</summary>
    public static Part Role(string role, string name, string folder, IReadOnlyDictionary<string, string>? environment = null, params string[] more) =>
        Start(name, folder, [role, Path.Combine(folder, $"{name}.json"), .. more], environment);

    private static Part Start(string name, string folder, string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "sealway.dll"));
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string variable, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException("the process did not start");
        process.StandardInput.Close();
        FileStream log = new(Path.Combine(folder, $"{name}.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        Task copied = Copy(process, log);
        return new Part(name, folder, process, copied);
    }

    /// <summary>Waits until the health endpoint answers and a condition holds.</summary>
    public async Task<JsonElement> Until(string what, Func<JsonElement, bool> condition, TimeSpan within, CancellationToken stop)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await Health(stop).ConfigureAwait(false) is { } health && condition(health))
            {
                return health;
            }

            if (_process.HasExited || TimeProvider.System.GetElapsedTime(begin) > within)
            {
                string ended = _process.HasExited ? $"it ended with exit code {_process.ExitCode}" : $"not within {within.TotalSeconds:0} s";
                throw new UserError($"{Name}: waited for {what}: {ended}", LogFile, LastLines(LogFile));
            }

            await Task.Delay(Poll, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the health endpoint answers.</summary>
    public Task<JsonElement> Ready(CancellationToken stop) => Until("its health endpoint", _ => true, StartTime, stop);

    /// <summary>The latest health report; null while there is none. After the end, the last that was seen or left behind.</summary>
    public async Task<JsonElement?> Health(CancellationToken stop)
    {
        string left = Path.Combine(_folder, $"{Name}.last.json");
        if (_process.HasExited && File.Exists(left))
        {
            return _last = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(left, stop).ConfigureAwait(false));
        }

        try
        {
            string port = (await File.ReadAllTextAsync(Path.Combine(_folder, $"{Name}.port"), stop).ConfigureAwait(false)).Trim();
            using HttpResponseMessage response = await Client.GetAsync(new Uri($"http://127.0.0.1:{port}/health"), stop).ConfigureAwait(false);
            JsonElement health = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false));
            return _last = health;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException or UriFormatException || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            return _last;
        }
    }

    /// <summary>Halts it where it stands, as a machine that sleeps; <see cref="GoOn"/> wakes it.</summary>
    public void Halt() => _ = Kill(_process.Id, Sigstop);

    /// <summary>Lets it go on after <see cref="Halt"/>.</summary>
    public void GoOn() => _ = Kill(_process.Id, Sigcont);

    /// <summary>Asks it to end, and waits; kills it if it does not.</summary>
    public async Task<int> Stop(TimeSpan within)
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Sigterm);
        }

        using CancellationTokenSource limit = new(within);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await _log.ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Waits for a command to end well by itself, and gives what it printed.</summary>
    public static async Task<string> Output(string name, string folder, TimeSpan within, string[] arguments, CancellationToken stop)
    {
        (int code, string output) = await Ending(name, folder, within, arguments, stop).ConfigureAwait(false);
        return code == 0
            ? output
            : throw new UserError($"{name}: sealway {string.Join(' ', arguments)} ended with exit code {code}", Path.Combine(folder, $"{name}.log"), LastLines(Path.Combine(folder, $"{name}.log")));
    }

    /// <summary>Waits for a command to end by itself, and gives its exit code and what it printed.</summary>
    public static async Task<(int Code, string Output)> Ending(string name, string folder, TimeSpan within, string[] arguments, CancellationToken stop)
    {
        string log = Path.Combine(folder, $"{name}.log");
        File.Delete(log);
        Part part = Start(name, folder, arguments);
        await using (part.ConfigureAwait(false))
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(within);
            await part._process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await part._log.ConfigureAwait(false);
            return (part._process.ExitCode, await File.ReadAllTextAsync(log, stop).ConfigureAwait(false));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            // By whoever ended it before all others end.
            return;
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _log.ConfigureAwait(false);
        _process.Dispose();
    }

    private static string LastLines(string log)
    {
        try
        {
            return string.Join(Environment.NewLine + "  ", File.ReadLines(log).TakeLast(6));
        }
        catch (IOException)
        {
            return "no log";
        }
    }

    private static async Task Copy(Process process, FileStream log)
    {
        await using (log.ConfigureAwait(false))
        {
            // Two streams, one file: a file takes one write at a time.
            using SemaphoreSlim turn = new(1, 1);
            await Task.WhenAll(
                Copy(process.StandardOutput.BaseStream, log, turn),
                Copy(process.StandardError.BaseStream, log, turn)).ConfigureAwait(false);
        }
    }

    private static async Task Copy(Stream from, FileStream log, SemaphoreSlim turn)
    {
        byte[] buffer = new byte[16_384];
        for (int read; (read = await from.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            await turn.WaitAsync().ConfigureAwait(false);
            try
            {
                await log.WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                await log.FlushAsync().ConfigureAwait(false);
            }
            finally
            {
                turn.Release();
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
