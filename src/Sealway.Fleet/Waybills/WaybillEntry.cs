namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>An entry of a waybill, verified and judged.</summary>
/// <param name="Index">Its index in the log.</param>
/// <param name="Judged">What it says and what it is worth: valid, or doubtful.</param>
/// <param name="Signer">Of a reading: the sensor; else null: what an entry says besides readings, the log's writer says.</param>
/// <param name="Assignment">Of a reading: to which gateway and subject its sensor is assigned.</param>
/// <param name="IsFinal">Whether the archive that the assignment names, or where none is named an archive or a member, held the entry and countersigned.</param>
/// <param name="NotAfterSeconds">When the first countersignature that counts was given, seconds since 1970: the entry is not younger. Null without one: then only the writer's own clock says when.</param>
/// <param name="MisdatedMilliseconds">How far the entry's own time lies after a time at which it was there already, the head's or the first countersignature's that counts, where that is more than <see cref="Tolerance"/>; else 0.</param>
public sealed record WaybillEntry(ulong Index, Judged Judged, Party? Signer, Assignment? Assignment, bool IsFinal, ulong? NotAfterSeconds, ulong MisdatedMilliseconds)
{
    /// <summary>How far an entry's time may lie after that, in milliseconds: two minutes, for clocks differ.</summary>
    public const ulong Tolerance = 120_000;
}
