namespace Sealway.Log;

/// <summary>A log's row: where it begins and ends.</summary>
internal sealed record SqliteLogRow(long Id, ulong Start, Frontier Frontier, ulong LastAt);
