namespace Sealway.Fuzz.Targets;

using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Sensor.Recordings;

/// <summary>Recordings are read from files, so each input becomes one, in memory where there is such a place.</summary>
internal sealed class RecordingTarget : FuzzTarget
{
    private static readonly string Folder = MakeFolder();

    public override string Name => "recording";

    public override string Why => "a recording from anywhere: refused with file and line, or samples that can be replayed";

    public override int MostBytes => 8_192;

    public override int AllocatedAtMost => 1_048_576;

    public override int AllocatedPerByte => 1_024;

    public override bool IsRefusal(Exception exception) => exception is RecordingException;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) =>
    [
        "Time,Parameter,Value\n00:00,RecordID,132539\n00:07,HR,73\n00:07,Temp,35.1\n01:12,NISysABP,117\n"u8.ToArray(),
        "Time [s], HR, PULSE, RESP, SpO2\n0,94.0,93.0,25.0,97.0\n1,94,NaN,25,97\n"u8.ToArray(),
        "\"date\",\"Temperature\",\"Humidity\",\"Light\",\"CO2\",\"HumidityRatio\",\"Occupancy\"\n\"1\",\"2015-02-04 17:51:00\",23.18,27.272,426,721.25,0.0047,1\n"u8.ToArray(),
        "\"date\",\"Appliances\",\"T1\",\"RH_1\",\"T_out\"\n\"2016-01-11 17:00:00\",\"60\",\"19.89\",\"47.59\",\"6.6\"\n"u8.ToArray(),
    ];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        File.WriteAllBytes(Path.Combine(Folder, "recording.csv"), input.Span);
        foreach (Recording recording in RecordingLibrary.Open(Folder))
        {
            TimeSpan before = TimeSpan.MinValue;
            foreach (Sensor.Sampling.Sample sample in recording.Samples)
            {
                Require.That(sample.SinceStart >= before, "samples that go back in time");
                before = sample.SinceStart;
            }
        }
    }

    private static string MakeFolder()
    {
        string folder = Directory.CreateTempSubdirectory("sealway-recording-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
