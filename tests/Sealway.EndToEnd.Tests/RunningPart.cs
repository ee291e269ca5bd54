namespace Sealway.EndToEnd.Tests;

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

/// <summary>A role as a process of its own with a configuration file, as an operator runs it; looked at through its health endpoint, ended with SIGTERM.</summary>
internal sealed class RunningPart : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private static readonly HttpClient _client = new();

    private readonly Process _process;
    private readonly string _port;
    private readonly Task<string> _errors;
    private readonly Task<string> _output;
    private readonly StringBuilder _reports = new();

    private RunningPart(Process process, string port)
    {
        _process = process;
        _port = port;
        _errors = process.StandardError.ReadToEndAsync();
        _output = process.StandardOutput.ReadToEndAsync();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Writes the configuration and starts the role; <paramref name="command"/> where that is not the role's name alone.</summary>
    public static RunningPart Start(
        string role, string folder, JsonObject configuration, IReadOnlyList<string>? options = null, string? keyLogVariable = null, IReadOnlyList<string>? command = null)
    {
        string port = Path.Combine(folder, $"{role}.port");
        File.Delete(port);
        configuration["health"] = new JsonObject { ["portFile"] = port };
        string file = Path.Combine(folder, $"{role}.json");
        File.WriteAllText(file, configuration.ToJsonString());
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), .. command ?? [role], file, .. options ?? []])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        if (keyLogVariable is not null)
        {
            start.Environment["SSLKEYLOGFILE"] = keyLogVariable;
        }

        return new RunningPart(Process.Start(start)!, port);
    }

    /// <summary>Waits until its health says what is wanted; there is no event to wait for in another process.</summary>
    public async Task<JsonElement> Until(string what, Func<JsonElement, bool> condition)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(_patience);
        JsonElement? last = null;
        while (true)
        {
            if (_process.HasExited || limit.IsCancellationRequested)
            {
                _process.Kill(entireProcessTree: true);
                Assert.Fail($"waited for {what}; last seen {last}; {await _errors}");
            }

            try
            {
                string report = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{(await File.ReadAllTextAsync(_port, Ct)).Trim()}/health"), Ct);
                _reports.Append(report);
                last = JsonSerializer.Deserialize<JsonElement>(report);
                if (condition(last.Value))
                {
                    return last.Value;
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException or JsonException or UriFormatException)
            {
                // It is not up yet.
            }

            await Task.Delay(50, Ct);
        }
    }

    /// <summary>Ends it in good order.</summary>
    /// <returns>What it wrote to standard error.</returns>
    public async Task<string> Stop(string signal = "TERM")
    {
        using Process kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Ct);
        await _process.WaitForExitAsync(Ct).WaitAsync(_patience, Ct);
        string errors = await _errors;
        Assert.True(_process.ExitCode == 0, errors);
        return errors;
    }

    /// <summary>Whether it has not ended.</summary>
    public bool Runs => !_process.HasExited;

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task Kill()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(Ct).WaitAsync(_patience, Ct);
    }

    /// <summary>All that it said until its end: both of its outputs and each health report that was asked for.</summary>
    public async Task<string> Said() => await _errors + await _output + _reports;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await Task.WhenAll(_errors, _output);
        _process.Dispose();
    }
}
