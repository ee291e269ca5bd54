namespace Sealway.Sensor;

using Sealway.Messages;

/// <summary>How one sensor stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kid">Its key.</param>
/// <param name="Connected">Whether its link stands.</param>
/// <param name="Connections">How often a link was made.</param>
/// <param name="Boot">The boot of its numbers.</param>
/// <param name="Sent">Readings signed for sending; those sent again after a reconnect count once.</param>
/// <param name="Stored">Readings that the gateway has stored.</param>
/// <param name="Refused">Readings that the gateway refused.</param>
/// <param name="RefusedBy">The same by reason.</param>
/// <param name="Dropped">Readings lost before they were signed, because the link was down for too long.</param>
/// <param name="Waiting">Readings that wait unsigned.</param>
/// <param name="UnderWay">Readings sent and not yet stored.</param>
public sealed record SensorHealth(
    string Name, Kid Kid, bool Connected, long Connections, uint Boot,
    long Sent, long Stored, long Refused, IReadOnlyDictionary<Refusal, long> RefusedBy, long Dropped, int Waiting, int UnderWay);
