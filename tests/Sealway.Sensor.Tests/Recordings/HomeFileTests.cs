namespace Sealway.Sensor.Tests.Recordings;

using Sealway.Sensor.Recordings;
using Xunit;

public sealed class HomeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Occupancy_rows_have_an_unnamed_number_first()
    {
        _folder.Write("home/occupancy/a.txt", """
            "date","Temperature","Humidity","Light","CO2","HumidityRatio","Occupancy"
            "1","2015-02-04 17:51:00",23.18,27.272,426,721.25,0.00479298817650529,1
            "2","2015-02-04 17:51:59",23.15,27.2675,429.5,714,0.00478344094931065,1
            "3","2015-02-04 17:53:00",23.15,27.245
            "4","2015-02-05 00:00:00",23.15,27.2,0,572.666666666667,0.00478,0
            """);
        Recording recording = Assert.Single(RecordingLibrary.Open(_folder.Path));
        Assert.Equal(
            [
                "00:00:00 temp=23.18 rh=27.272 light=426 co2=721.25 occupied=1",
                "00:00:59 temp=23.15 rh=27.2675 light=429.5 co2=714 occupied=1",
                "00:02:00 temp=23.15 rh=27.245",
                "06:09:00 temp=23.15 rh=27.2 light=0 co2=572.666666666667 occupied=0",
            ],
            Text.Of(recording));
        Assert.Equal((RecordingKind.Occupancy, "a"), (recording.Kind, recording.Name));
    }

    [Fact]
    public void Occupancy_rows_may_also_be_as_wide_as_the_header_and_in_another_order()
    {
        _folder.Write("b.csv", "CO2,date,Occupancy,Temperature\n500,2015-02-04 17:51,1,20\n");
        _folder.Write("c.csv", "\"\",\"date\",\"CO2\"\n\"1\",\"2015-02-04T17:51:00\",500\n");
        _folder.Write("d.csv", "CO2,date\n1,500,2015-02-04 17:51\n");
        IReadOnlyList<Recording> recordings = RecordingLibrary.Open(_folder.Path);
        Assert.Equal(["00:00:00 temp=20 co2=500 occupied=1", "00:00:00 co2=500", "00:00:00 co2=500"], recordings.SelectMany(Text.Of));
    }

    [Fact]
    public void A_house_gives_a_recording_for_each_room_and_the_outside()
    {
        _folder.Write("home/rooms/house.csv", """
            date,Appliances,T1,RH_1,RH_2,T_out,Press_mm_hg,RH_out,Tdewpoint
            14/02/2016 0:00,50,21.79,91.93333333,40.79,2.90E+00,732.9,98,2.60E+00
            14/02/2016 0:10,50,21.8,,40.73,2.87E+00,732.9,98.16666667,2.60E+00
            01/03/2016 0:00,50,21.9,39.9,40.7,-2.5E-01,732.9,98,2.60E+00
            """);
        IReadOnlyList<Recording> recordings = RecordingLibrary.Open(_folder.Path);
        Assert.Equal(["house/room-1", "house/room-2", "house/outside"], recordings.Select(recording => recording.Name));
        Assert.Equal(["00:00:00 temp=21.79 rh=91.93333333", "00:10:00 temp=21.8", "16.00:00:00 temp=21.9 rh=39.9"], Text.Of(recordings[0]));
        Assert.Equal(["rh"], recordings[1].Metrics.Select(metric => metric.Name));
        Assert.Equal(["00:00:00 temp=2.90 rh=98", "00:10:00 temp=2.87 rh=98.16666667", "16.00:00:00 temp=-0.25 rh=98"], Text.Of(recordings[2]));
        Assert.Equal(TimeSpan.FromMinutes(10), Assert.Single(RecordingLibrary.Open(_folder.Path), r => r.Name == "house/outside").Samples.ElementAt(1).SinceStart);
    }

    [Theory]
    [InlineData("home/rooms/x.csv", "date,T1\n2016-13-14 0:00,20\n", 2)]
    [InlineData("home/rooms/x.csv", "date,T1\n14/02/2016 0:00,20\n14/02/2016 0:10,warm\n", 3)]
    [InlineData("home/rooms/x.csv", "date,lights\n14/02/2016 0:00,20\n", 1)]
    [InlineData("home/rooms/x.csv", "T1\n20\n", 1)]
    [InlineData("home/occupancy/x.txt", "\"date\",\"CO2\"\n\"1\",\"yesterday\",500\n", 2)]
    [InlineData("home/occupancy/x.txt", "\"day\",\"CO2\"\n", 1)]
    public void A_malformed_file_is_told_by_file_and_line(string file, string text, int line)
    {
        string path = _folder.Write(file, text);
        RecordingException refused = Assert.Throws<RecordingException>(() => RecordingLibrary.Open(_folder.Path));
        Assert.Equal((path, line), (refused.File, refused.Line));
    }
}
