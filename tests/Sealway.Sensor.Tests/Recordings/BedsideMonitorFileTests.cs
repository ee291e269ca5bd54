namespace Sealway.Sensor.Tests.Recordings;

using Sealway.Sensor.Recordings;
using Xunit;

public sealed class BedsideMonitorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Blanks_after_commas_NaN_and_short_rows_are_read()
    {
        _folder.Write("vitals/bidmc/bidmc_77_Numerics.csv", "Time [s], HR, PULSE, RESP, SpO2\r\n0, 94,93, 25,97\r\n1,NaN, 93,NaN,NaN\r\n\r\n2,NaN,NaN,NaN,NaN\r\n3,95\r\n4\r\n5,,,,83.5\r\n");
        Recording recording = Assert.Single(RecordingLibrary.Open(_folder.Path));
        Assert.Equal(["00:00:00 hr=94 pulse=93 resp=25 spo2=97", "00:00:01 pulse=93", "00:00:03 hr=95", "00:00:05 spo2=83.5"], Text.Of(recording));
        Assert.Equal(RecordingKind.BedsideMonitor, recording.Kind);
        Assert.Equal("bidmc_77", recording.Name);
        Assert.Equal((4L, 7L), (recording.Survey.Samples, recording.Survey.Values));
        Assert.Equal(TimeSpan.FromSeconds(5), recording.Survey.Duration);
        Assert.Equal(TimeSpan.FromSeconds(2), recording.Survey.MedianSpacing);
    }

    [Fact]
    public void The_patient_is_described_from_the_file_beside()
    {
        _folder.Write("bidmc_77_Numerics.csv", "Time [s],HR\n0,60\n");
        _folder.Write("bidmc_77_Fix.txt", "bidmc_77\nSignals: RESP; V\nAge: 90+\nGender: F\nLocation: micu\n");
        _folder.Write("bidmc_78_Numerics.csv", "Time [s],HR\n0,60\n");
        _folder.Write("bidmc_78_Fix.txt", "Age: NaN\nGender: M\n");
        _folder.Write("bidmc_79_Numerics.csv", "Time [s],HR\n0,60\n");
        Assert.Equal(["age 90+, female, micu", "male", ""], RecordingLibrary.Open(_folder.Path).Select(recording => recording.Description));
    }

    [Fact]
    public void Columns_may_stand_in_another_order_be_missing_or_unknown()
    {
        _folder.Write("x_Numerics.csv", "SpO2,ETCO2,\"Time [s]\",hr\n97,33,0,80\n96,34,0.5,81\n");
        Assert.Equal(["00:00:00 hr=80 spo2=97", "00:00:00.5000000 hr=81 spo2=96"], Text.Of(Assert.Single(RecordingLibrary.Open(_folder.Path))));
    }

    [Fact]
    public void Waveforms_and_other_files_beside_are_passed_over()
    {
        _folder.Write("vitals/bidmc/bidmc_01_Signals.csv", "Time [s], RESP, PLETH, V, AVR, II\n0,0.25,0.43,0.5,0.6,0.7\n");
        _folder.Write("vitals/bidmc/bidmc_01_Breaths.csv", "breaths ann1 [signal sample no], breaths ann2 [signal sample no]\n19,19\n");
        _folder.Write("vitals/bidmc/README.txt", "recordings\n");
        Assert.Empty(RecordingLibrary.Open(_folder.Path));
    }

    [Fact]
    public void A_time_that_goes_back_follows_at_once()
    {
        _folder.Write("x_Numerics.csv", "Time [s],HR\n10,80\n4,81\n11,82\n");
        Assert.Equal(["00:00:10 hr=80", "00:00:10 hr=81", "00:00:11 hr=82"], Text.Of(Assert.Single(RecordingLibrary.Open(_folder.Path))));
    }

    [Fact]
    public void A_recording_can_be_repeated_without_end()
    {
        _folder.Write("x_Numerics.csv", "Time [s],HR\n5,80\n7,81\n9,82\n");
        Recording recording = Assert.Single(RecordingLibrary.Open(_folder.Path));
        Assert.Equal([5, 7, 9, 11, 13, 15, 17], recording.Repeated().Take(7).Select(sample => sample.SinceStart.TotalSeconds));
    }

    [Theory]
    [InlineData("Time [s],HR\n0,80\n\n1,eighty\n", 4)]
    [InlineData("Time [s],HR\n0,80\nsoon,81\n", 3)]
    [InlineData("Time [s],HR\n0,\"80\n", 2)]
    [InlineData("Time [s],HR\n0,\"80\"1\n", 2)]
    [InlineData("Time [s],HR\n0,1E+99\n", 2)]
    [InlineData("Seconds,HR\n0,80\n", 1)]
    [InlineData("", 1)]
    [InlineData("\n\n \n", 1)]
    [InlineData("Time [s],HR\n0,8\u00000\n", 2)]
    public void A_malformed_file_is_told_by_file_and_line(string text, int line)
    {
        string file = _folder.Write("bidmc/x_Numerics.csv", text);
        RecordingException refused = Assert.Throws<RecordingException>(() => RecordingLibrary.Open(_folder.Path));
        Assert.Equal((file, line), (refused.File, refused.Line));
        Assert.StartsWith($"{file}, line {line}: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("eighty", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_end_is_refused_and_not_read_into_memory()
    {
        _folder.Write("bidmc/x_Numerics.csv", "Time [s],HR\n" + new string('1', 200_000));
        Assert.Equal(2, Assert.Throws<RecordingException>(() => RecordingLibrary.Open(_folder.Path)).Line);
    }
}
