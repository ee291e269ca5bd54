namespace Sealway.Cli.Tests.Hosting;

using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Cli.Hosting;
using Xunit;

public sealed class ClockOffsetTests
{
    private static readonly DateTimeOffset Now = new FixedTime().GetUtcNow();

    [Theory]
    [InlineData("-1h", "2026-01-02T02:04:05.678Z")]
    [InlineData("+90d", "2026-04-02T03:04:05.678Z")]
    [InlineData("+1h30m", "2026-01-02T04:34:05.678Z")]
    [InlineData("=1970-01-01T00:00:05Z", "1970-01-01T00:00:05.000Z")]
    [InlineData("=2031-01-01T00:00:05.250Z", "2031-01-01T00:00:05.250Z")]
    public void A_drill_sets_the_clock_off_and_nothing_else(string text, string expected)
    {
        FixedTime real = new();
        OffsetTime time = new(real, ClockOffset.Parse(text, Now)!.Offset);
        Assert.Equal(expected, time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        Assert.Equal(real.TimestampFrequency, time.TimestampFrequency);
        Assert.InRange(time.GetElapsedTime(real.GetTimestamp()), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_the_variable_the_clock_is_as_it_is(string? text) => Assert.Null(ClockOffset.Parse(text, Now));

    [Theory]
    [InlineData("1h")]
    [InlineData("+")]
    [InlineData("-1")]
    [InlineData("+1h ")]
    [InlineData("=yesterday")]
    [InlineData("=1970-01-01T00:00:05")]
    [InlineData("=1970-01-01T00:00:05+01:00")]
    [InlineData("-100d1000d")]
    [InlineData("-25000d")]
    [InlineData("=9999-01-01T00:00:00Z")]
    [InlineData("=1969-12-31T23:59:59Z")]
    public void What_is_not_well_formed_is_refused_with_what_mends_it(string text)
    {
        UserError error = Assert.ThrowsAny<UserError>(() => ClockOffset.Parse(text, Now));
        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.Contains(ClockOffset.Variable, error.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Health_shows_a_drills_offset_and_nothing_without_one()
    {
        RoleContext drill = new("gateway", NullLoggerFactory.Instance, new FixedTime(), new ClockOffset("-1h", TimeSpan.FromHours(-1)));
        Assert.Equal("-1h", drill.Report().Values["clockOffset"]);
        drill.ReportHealth(() => new Dictionary<string, object> { ["logged"] = 3 });
        Assert.Equal(["logged", "clockOffset"], drill.Report().Values.Keys);
        Assert.DoesNotContain("clockOffset", new RoleContext("gateway", NullLoggerFactory.Instance, new FixedTime()).Report().Values.Keys);
    }
}
