namespace Sealway.Sensor.Tests.Recordings;

using CsCheck;
using Sealway.Sensor.Recordings;
using Sealway.Sensor.Sampling;
using Xunit;
using Shared = Sealway.Testing.Shared;

public sealed class RecordingLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_folder_is_told()
    {
        RecordingException refused = Assert.Throws<RecordingException>(() => RecordingLibrary.Open(_folder["none"]));
        Assert.Equal(0, refused.Line);
    }

    [Fact]
    public void An_empty_folder_has_no_recordings() => Assert.Empty(RecordingLibrary.Open(_folder.Path));

    [Fact]
    public void A_file_without_a_value_gives_no_recording()
    {
        _folder.Write("bidmc/a_Numerics.csv", "Time [s],HR\n0,NaN\n");
        _folder.Write("icu/1.txt", "Time,Parameter,Value\n");
        Assert.Empty(RecordingLibrary.Open(_folder.Path));
    }

    [Fact]
    public void Linked_folders_are_followed_and_a_circle_of_links_ends()
    {
        _folder.Write("real/icu/1.txt", "Time,Parameter,Value\n00:00,HR,80\n");
        Directory.CreateDirectory(_folder["set"]);
        Directory.CreateSymbolicLink(_folder["set/vitals"], _folder["real"]);
        Directory.CreateSymbolicLink(_folder["real/icu/back"], _folder["set"]);
        Assert.NotEmpty(RecordingLibrary.Open(_folder["set"]));
    }

    [Fact]
    public void Whatever_a_file_holds_it_is_read_or_refused()
    {
        string[] heads = ["Time [s], HR, SpO2\n", "Time,Parameter,Value\n", "\"date\",\"Temperature\",\"CO2\"\n", "date,T1,RH_1,T_out\n", ""];
        string[] paths = ["bidmc/x_Numerics.csv", "icu/x.txt", "occupancy/x.txt", "rooms/x.csv"];
        Gen.Select(Gen.Int[0, heads.Length - 1].Select(i => heads[i]), Gen.Int[0, paths.Length - 1].Select(i => paths[i]), Gen.String[Gen.Char["0123456789:/-., \"\r\nEHRNa\t\0"], 0, 80]).Sample(
            (head, path, rest) =>
            {
                using TemporaryFolder own = new();
                own.Write(path, head + rest);
                try
                {
                    foreach (Recording recording in RecordingLibrary.Open(own.Path))
                    {
                        Sample[] samples = [.. recording.Samples];
                        Assert.Equal(recording.Survey.Samples, samples.Length);
                        Assert.All(samples, sample => Assert.NotEmpty(sample.Values));
                        Assert.True(samples.Zip(samples.Skip(1)).All(pair => pair.First.SinceStart <= pair.Second.SinceStart));
                    }
                }
                catch (RecordingException)
                {
                }
            },
            iter: 2_000);
    }

    [Fact]
    public void The_real_recordings_are_all_found()
    {
        IReadOnlyList<Recording> recordings = RecordingLibrary.Open(Shared.Path("data"));
        Assert.Equal(
            [(RecordingKind.BedsideMonitor, 36), (RecordingKind.IntensiveCare, 22), (RecordingKind.Occupancy, 2), (RecordingKind.Room, 10)],
            recordings.GroupBy(recording => recording.Kind).OrderBy(group => group.Key).Select(group => (group.Key, group.Count())));
        Assert.All(recordings.Where(recording => recording.Kind <= RecordingKind.IntensiveCare), recording => Assert.NotEmpty(recording.Description));

        Recording first = recordings.Single(recording => recording.Name == "bidmc_01");
        Assert.Equal("age 88, male, micu", first.Description);
        Assert.Equal((481L, (4 * 481L) - 26), (first.Survey.Samples, first.Survey.Values));
        Assert.Equal(TimeSpan.FromSeconds(1), first.Survey.MedianSpacing);
        Assert.Equal(2_665, recordings.Single(recording => recording.Name == "datatest").Survey.Samples);
        Assert.Equal(8_143, recordings.Single(recording => recording.Name == "datatraining").Survey.Samples);
        Assert.All(recordings.Where(recording => recording.Kind == RecordingKind.Room), room =>
        {
            Assert.Equal(4_000, room.Survey.Samples);
            Assert.Equal(TimeSpan.FromMinutes(10), room.Survey.MedianSpacing);
        });
    }

    [Theory]
    [InlineData("bidmc_02", 1_924)]
    [InlineData("bidmc_19", 1_716)]
    public void Dropouts_are_left_out(string name, long values)
    {
        Recording recording = Assert.Single(RecordingLibrary.Open(Shared.Path("data/vitals/bidmc")), recording => recording.Name == name);
        Assert.Equal(values, recording.Survey.Values);
    }

    [Theory]
    [InlineData("vitals/icu", "141097", "temp", 41.2, 71_160)]
    [InlineData("vitals/icu", "133308", "hr", 217, -1)]
    [InlineData("home/rooms", "energydata_rows1-4000/room-6", "rh", 91.93333333, 0)]
    [InlineData("home/rooms", "energydata_rows1-4000/outside", "temp", 2.9, 0)]
    public void A_known_event_is_there(string below, string name, string metric, double value, int atSeconds)
    {
        Recording recording = Assert.Single(RecordingLibrary.Open(Shared.Path("data/" + below)), recording => recording.Name == name);
        Assert.Contains(recording.Samples, sample =>
            (atSeconds < 0 || sample.SinceStart == TimeSpan.FromSeconds(atSeconds)) && sample.Values.Any(held => held.Metric.Name == metric && held.Value == (decimal)value));
    }

    [Fact]
    public void The_patient_with_low_saturation_has_it_throughout()
    {
        Recording recording = Assert.Single(RecordingLibrary.Open(Shared.Path("data/vitals/bidmc")), recording => recording.Name == "bidmc_32");
        Assert.All(recording.Samples.SelectMany(sample => sample.Values).Where(value => value.Metric == Metric.OxygenSaturation), value => Assert.InRange(value.Value, 83, 87));
    }

    [Fact]
    public void Minus_one_is_never_a_value_of_intensive_care() =>
        Assert.All(RecordingLibrary.Open(Shared.Path("data/vitals/icu")), recording =>
            Assert.DoesNotContain(recording.Samples.SelectMany(sample => sample.Values), value => value.Value == -1));
}
