namespace Sealway.Cli.Demo;

using System.Globalization;
using System.Text.Json.Serialization;
using Sealway.Cli.Demo.Attacks;

/// <summary>What the demo measured, as its JSON says it. Every figure was counted by the part that it is about.</summary>
internal sealed record DemoSummary(DemoSummary.HospitalPart Hospital, DemoSummary.HomePart Home, DemoSummary.Bytes BytesPerReading, string Waybill)
{
    /// <summary>The ward.</summary>
    internal sealed record HospitalPart(int Sensors, long Sent, long Logged, long Verified, long Archived, long Gaps, long LocalAlarms, long CloudAlarms, long ArchiveAlarms, Lag LagMs);

    /// <summary>From the gateway's clock at an entry until the archive holds and has countersigned it, in milliseconds.</summary>
    internal sealed record Lag(double P50, double P99);

    /// <summary>The home.</summary>
    internal sealed record HomePart(int Sensors, long Sent, long SealedEntries, long Opened, long OpenedByRemovedMemberBefore, long OpenedByRemovedMember, long HeatingChanges, IReadOnlyList<long> SealedSizes);

    /// <summary>Mean bytes of a signed reading, of a reading in a sealed log without padding, of the bare payload, and what each adds to it; at how many readings a slot.</summary>
    internal sealed record Bytes(double Signed, double Sealed, double Payload, double AddedBySigning, double AddedBySealing, double ReadingsPerSlot);

    /// <summary>How each attack went; null if none was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttackOutcome>? Attacks { get; init; }

    /// <summary>Whether the numbers add up and every attack was noticed.</summary>
    [JsonIgnore]
    public bool IsGood => Adds && (Attacks is null || Attacks.All(attack => attack.IsGood));

    [JsonIgnore]
    public bool Adds => Hospital.Sent > 0
        && Hospital.Sent == Hospital.Logged && Hospital.Sent == Hospital.Verified && Hospital.Sent == Hospital.Archived
        && Home.Sent > 0 && Home.Sent == Home.Opened
        && Home.OpenedByRemovedMember == 0 && Home.SealedSizes.Count == 1;

    /// <summary>The comparison in words.</summary>
    public string Told() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        ward: {Hospital.Sent} readings sent, {Hospital.Logged} logged, {Hospital.Verified} verified, {Hospital.Archived} archived; {Hospital.Gaps} gaps; alarms {Hospital.LocalAlarms} at the gateway, {Hospital.CloudAlarms} in the cloud, {Hospital.ArchiveAlarms} at the archive; lag {Hospital.LagMs.P50:0} ms, at most {Hospital.LagMs.P99:0} ms for 99 of 100
        home: {Home.Sent} readings sent, {Home.Opened} opened; {Home.SealedEntries} sealed entries of {string.Join(", ", Home.SealedSizes)} bytes; the removed member opened {Home.OpenedByRemovedMemberBefore} readings before and {Home.OpenedByRemovedMember} after the removal; heating switched {Home.HeatingChanges} times
        bytes: {BytesPerReading.Signed} a signed reading, {BytesPerReading.Sealed} a sealed one without padding ({BytesPerReading.ReadingsPerSlot} a slot); signing adds {BytesPerReading.AddedBySigning}, signing, logging and sealing {BytesPerReading.AddedBySealing} to a payload of {BytesPerReading.Payload}
        {(Adds ? "every reading sent has arrived" : "THE NUMBERS DO NOT ADD UP")}
        """) + AttacksTold();

    private string AttacksTold() => Attacks is null ? string.Empty : string.Create(
        CultureInfo.InvariantCulture,
        $"""

        attacks: {Attacks.Count} kinds, tried {Attacks.Sum(attack => attack.Tried)} times, noticed {Attacks.Sum(attack => attack.Noticed)} times
        {(Attacks.All(attack => attack.IsGood) ? "every attack was noticed" : "UNNOTICED: " + string.Join(", ", Attacks.Where(attack => !attack.IsGood).Select(attack => attack.Name)))}
        """);
}
