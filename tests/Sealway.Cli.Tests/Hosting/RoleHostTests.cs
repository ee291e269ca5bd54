namespace Sealway.Cli.Tests.Hosting;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sealway.Cli.Hosting;
using Xunit;

public sealed class RoleHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sealway").FullName;
    private readonly LogLines _error = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _error.Dispose();
    }

    [Fact]
    public async Task A_role_that_is_done_ends_cleanly()
    {
        Assert.Equal(ExitCode.Clean, await Run("""{ "log": { "level": "debug" } }""", (context, _) =>
        {
            context.Log.LogDebug("at work");
            return Task.CompletedTask;
        }));
        Assert.Equal(["at work", "stopped"], _error.Messages().TakeLast(2));
        Assert.Equal("2026-01-02T03:04:05.678Z", _error.Json()[0].GetProperty("time").GetString());
    }

    [Fact]
    public async Task A_role_that_is_told_to_stop_finishes_what_it_does_and_ends_cleanly()
    {
        using CancellationTokenSource stop = new();
        bool finished = false;
        int code = await Run("{}", async (_, token) =>
        {
            await stop.CancelAsync();
            Assert.True(token.IsCancellationRequested);
            await Task.Yield();
            finished = true;
            token.ThrowIfCancellationRequested();
        }, stop.Token);
        Assert.Equal(ExitCode.Clean, code);
        Assert.True(finished);
        Assert.Equal("stopped", _error.Messages().Last());
    }

    // SIGINT takes the same way, but would end the test program itself.
    [Fact]
    public async Task A_signal_stops_the_role()
    {
        int code = await Run("{}", async (_, token) =>
        {
            TaskCompletionSource stopped = new();
            using CancellationTokenRegistration registration = token.Register(stopped.SetResult);
            using Process kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {Environment.ProcessId}"]);
            await stopped.Task;
            await kill.WaitForExitAsync(Cancellation);
        });
        Assert.Equal(ExitCode.Clean, code);
    }

    [Fact]
    public async Task A_role_that_does_not_stop_is_left_behind()
    {
        using CancellationTokenSource stop = new();
        int code = await Run("""{ "stopWithin": "100ms" }""", async (_, _) =>
        {
            await stop.CancelAsync();
            await new TaskCompletionSource().Task;
        }, stop.Token);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("did not stop within 100ms", _error.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_with_mistakes_starts_nothing()
    {
        int code = await Run("""{ "log": { "level": "loud" }, "helth": {} }""", (_, _) => throw new InvalidOperationException("started"));
        Assert.Equal(ExitCode.Usage, code);
        string[] lines = _error.Text().TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains("role.json:1:21: log.level: expected one of", lines[0], StringComparison.Ordinal);
        Assert.Contains("role.json:1:31: helth: this key is not known here; did you mean \"health\"?", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("2 mistakes, nothing was started", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_users_error_is_told_without_a_stack_and_chooses_the_exit_code()
    {
        int code = await Run("{}", (_, _) => throw new UserError("the key is of another fleet", "signing.key", "enrol the gateway anew", code: ExitCode.Usage));
        Assert.Equal(ExitCode.Usage, code);
        Assert.EndsWith("sealway: signing.key: the key is of another fleet\n  enrol the gateway anew\n", _error.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_is_logged_with_its_stack_and_fails()
    {
        Assert.Equal(ExitCode.Failed, await Run("{}", (_, _) => throw new InvalidOperationException("a fault")));
        JsonElement last = _error.Json()[^1];
        Assert.Equal("critical", last.GetProperty("level").GetString());
        Assert.Contains("a fault", last.GetProperty("error").GetProperty("stack").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_fault() =>
        Assert.Equal(ExitCode.Failed, await Run("{}", (_, _) => throw new OperationCanceledException()));

    [Fact]
    public async Task Health_is_starting_until_the_role_reports()
    {
        int code = await Run("""{ "health": { "portFile": "port" } }""", async (context, token) =>
        {
            int port = int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "port"), token), CultureInfo.InvariantCulture);
            using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            using HttpResponseMessage starting = await client.GetAsync(new Uri("health", UriKind.Relative), token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, starting.StatusCode);
            Dictionary<string, object> values = new() { ["logged"] = 3 };
            context.ReportHealth(() => values);
            using HttpResponseMessage well = await client.GetAsync(new Uri("health", UriKind.Relative), token);
            Assert.Equal("""{"healthy":true,"role":"gateway","logged":3}""", await well.Content.ReadAsStringAsync(token));
            values["healthy"] = false;
            using HttpResponseMessage ill = await client.GetAsync(new Uri("health", UriKind.Relative), token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ill.StatusCode);
        });
        Assert.Equal(ExitCode.Clean, code);
        Assert.False(File.Exists(Path.Combine(_folder, "port")));
    }

    [Fact]
    public async Task A_drills_clock_is_the_roles_and_is_told_loudly()
    {
        DateTimeOffset seen = default;
        int code = await Run("{}", (context, _) =>
        {
            seen = context.Time.GetUtcNow();
            return Task.CompletedTask;
        }, clockOffset: "-1h");
        Assert.Equal(ExitCode.Clean, code);
        Assert.Equal(new FixedTime().GetUtcNow() - TimeSpan.FromHours(1), seen);
        JsonElement first = _error.Json()[0];
        Assert.Equal("warning", first.GetProperty("level").GetString());
        Assert.StartsWith("THE CLOCK IS WRONG ON PURPOSE", first.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drills_clock_that_is_not_well_formed_starts_nothing()
    {
        int code = await Run("{}", (_, _) => throw new InvalidOperationException("started"), clockOffset: "soon");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("SEALWAY_CLOCK_OFFSET: 'soon' is not a clock's offset", _error.Text(), StringComparison.Ordinal);
    }

    private async Task<int> Run(string json, Func<RoleContext, CancellationToken, Task> run, CancellationToken? stop = null, string? clockOffset = null)
    {
        string file = Path.Combine(_folder, "role.json");
        await File.WriteAllTextAsync(file, json, Cancellation);
        return await new RoleHost(_error, new FixedTime(), clockOffset).RunHere("gateway", file, _ => 0, (_, context, token) => run(context, token), stop ?? Cancellation);
    }
}
