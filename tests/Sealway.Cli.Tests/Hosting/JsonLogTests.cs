namespace Sealway.Cli.Tests.Hosting;

using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sealway.Cli.Hosting;
using Xunit;

public sealed class JsonLogTests
{
    private static readonly string[] Items = ["a", "b"];

    [Fact]
    public void A_line_is_one_object_with_the_values_by_name()
    {
        JsonElement line = Assert.Single(Log(log => log.LogInformation("{Count} held of {Log}, {Items}, {Wait}", 3, "ward/0", Items, TimeSpan.FromSeconds(1.5))).Json());
        Assert.Equal(
            """{"time":"2026-01-02T03:04:05.678Z","level":"information","role":"cloud","from":"ingest","message":"3 held of ward/0, a, b, 00:00:01.5000000","count":3,"log":"ward/0","items":["a","b"],"wait":1.5}""",
            line.GetRawText());
    }

    [Fact]
    public void What_a_peer_sent_forges_no_line_and_is_cut()
    {
        string hostile = "x\"}\n{\"level\":\"critical\"}\u001b[31m" + new string('y', 100_000);
        LogLines lines = Log(log => log.LogWarning("refused {Name}", hostile));
        JsonElement line = Assert.Single(lines.Json());
        Assert.Single(lines.Text().TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain('\u001b', lines.Text());
        Assert.Equal(JsonLog.LongestValue, line.GetProperty("name").GetString()!.Length);
        Assert.True(line.GetRawText().Length < 4 * JsonLog.LongestValue);
    }

    [Fact]
    public void A_value_does_not_take_the_place_of_the_lines_own()
    {
        JsonElement line = Assert.Single(Log(log => log.LogInformation("{Level} {Role} {Level}", 1, 2, 3)).Json());
        Assert.Equal("information", line.GetProperty("level").GetString());
        Assert.Equal(1, line.GetProperty("level_").GetInt32());
        Assert.Equal(2, line.GetProperty("role_").GetInt32());
        Assert.Equal(3, line.GetProperty("level__").GetInt32());
    }

    [Fact]
    public void An_exception_is_told_with_its_stack_and_a_users_error_without()
    {
        IReadOnlyList<JsonElement> lines = Log(log =>
        {
            log.LogError(new InvalidOperationException("broken"), "a");
            log.LogError(new UserError("taken"), "b");
        }).Json();
        Assert.Equal("InvalidOperationException", lines[0].GetProperty("error").GetProperty("type").GetString());
        Assert.True(lines[0].GetProperty("error").TryGetProperty("stack", out _));
        Assert.Equal("taken", lines[1].GetProperty("error").GetProperty("message").GetString());
        Assert.False(lines[1].GetProperty("error").TryGetProperty("stack", out _));
    }

    [Fact]
    public void Levels_below_the_least_and_the_frameworks_chatter_are_left_out()
    {
        LogLines lines = new();
        using JsonLog log = new(lines, "cloud", new FixedTime());
        using ILoggerFactory loggers = log.Factory(LogLevel.Information);
        loggers.CreateLogger("a").LogDebug("left out");
        loggers.CreateLogger("Microsoft.AspNetCore.Server").LogInformation("left out");
        loggers.CreateLogger("Microsoft.AspNetCore.Server").LogWarning("kept");
        loggers.CreateLogger("a").LogInformation("kept");
        Assert.Equal(["kept", "kept"], lines.Messages());
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_null() =>
        Assert.Equal(JsonValueKind.Null, Assert.Single(Log(log => log.LogInformation("{Lag}", double.NaN)).Json()).GetProperty("lag").ValueKind);

    private static LogLines Log(Action<ILogger> write)
    {
        LogLines lines = new();
        using JsonLog log = new(lines, "cloud", new FixedTime());
        using ILoggerFactory loggers = log.Factory(LogLevel.Trace);
        write(loggers.CreateLogger("ingest"));
        return lines;
    }
}
