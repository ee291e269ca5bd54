namespace Sealway.Cli.Demo;

using System.Text.Json.Serialization;

/// <summary>What the demo measured, as its JSON says it. Every figure was counted by the part that it is about.</summary>
internal sealed record DemoSummary(DemoSummary.HospitalPart Hospital, DemoSummary.HomePart Home, DemoSummary.Bytes BytesPerReading, string Waybill)
{
    /// <summary>The ward.</summary>
    internal sealed record HospitalPart(int Sensors, long Sent, long Logged, long Verified, long Archived, long Gaps, long LocalAlarms, long CloudAlarms, long ArchiveAlarms, Lag LagMs);

    /// <summary>From the gateway's clock at an entry until the archive holds and has countersigned it, in milliseconds.</summary>
    internal sealed record Lag(double P50, double P99);

    /// <summary>The home.</summary>
    internal sealed record HomePart(int Sensors, long Sent, long SealedEntries, long Opened, long OpenedByRemovedMember, long HeatingChanges, IReadOnlyList<long> SealedSizes);

    /// <summary>Mean bytes of a signed reading, of a reading in a sealed log without padding, and what each adds to the bare payload.</summary>
    internal sealed record Bytes(double Signed, double Sealed, double Payload, double AddedBySigning, double AddedBySealing);

    [JsonIgnore]
    public bool Adds => Hospital.Sent > 0
        && Hospital.Sent == Hospital.Logged && Hospital.Sent == Hospital.Verified && Hospital.Sent == Hospital.Archived
        && Home.Sent > 0 && Home.Sent == Home.Opened
        && Home.OpenedByRemovedMember == 0 && Home.SealedSizes.Count == 1;
}
