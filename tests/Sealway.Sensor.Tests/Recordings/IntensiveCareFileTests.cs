namespace Sealway.Sensor.Tests.Recordings;

using Sealway.Sensor.Recordings;
using Xunit;

public sealed class IntensiveCareFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_of_one_time_make_one_sample_and_unknown_parameters_are_passed_over()
    {
        _folder.Write("vitals/icu/7.txt", """
            Time,Parameter,Value
            00:00,RecordID,7
            00:00,Age,58
            00:00,Gender,1
            00:00,Height,-1
            00:00,ICUType,4
            00:11,HR,88
            00:11,Temp,38.8
            00:11,GCS,15
            00:11,MAP,-1
            25:07,SaO2,99
            25:07,RespRate,14
            25:07,NISysABP,120
            25:07,NIDiasABP,70
            26:00,SysABP,121
            26:00,DiasABP,
            26:00,DiasABP,71
            47:59,HR,0
            47:59,HR,217
            47:00,MAP,NaN
            47:00,MAP,94

            48:00,Urine,a lot
            """);
        Recording recording = Assert.Single(RecordingLibrary.Open(_folder.Path));
        Assert.Equal(
            [
                "00:11:00 hr=88 temp=38.8",
                "1.01:07:00 sao2=99 resp=14 nisys=120 nidia=70",
                "1.02:00:00 sys=121 dia=71",
                "1.23:59:00 hr=0",
                "1.23:59:00 hr=217 map=94",
            ],
            Text.Of(recording));
        Assert.Equal("age 58, male, surgical intensive care", recording.Description);
        Assert.Equal(["hr", "temp", "sao2", "resp", "nisys", "nidia", "sys", "dia", "map"], recording.Metrics.Select(metric => metric.Name));
    }

    [Theory]
    [InlineData("Time,Parameter,Value\n00:00,HR,fast\n", 2)]
    [InlineData("Time,Parameter,Value\n00:00,HR,80\nnoon,HR,81\n", 3)]
    [InlineData("Time,Parameter,Value\n00:60,HR,80\n", 2)]
    [InlineData("Time,Parameter\n00:00,HR\n", 1)]
    [InlineData("Parameter,Value\nHR,80\n", 1)]
    public void A_malformed_file_is_told_by_file_and_line(string text, int line)
    {
        _folder.Write("vitals/icu/7.txt", text);
        Assert.Equal(line, Assert.Throws<RecordingException>(() => RecordingLibrary.Open(_folder.Path)).Line);
    }
}
