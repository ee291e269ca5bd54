namespace Sealway.Cli.Drill;

using System.Security.Cryptography;
using Sealway.Messages;

/// <summary>
/// Which readings somebody holds, and whether one is doubled. A reading is doubled if it stands twice in what is held of one log's name. A generation that
/// begins after a cut logs again what the one before had beyond the size that it names; there, and only there, it may stand in both: it is one reading.
/// </summary>
internal sealed class HeldReadings(string where, Findings findings)
{
    private readonly Dictionary<(Kid, ReadingNumber), (string Hash, LogId Log, ulong Index)> _held = [];
    private readonly Dictionary<LogId, ulong> _closed = [];

    /// <summary>How many different readings.</summary>
    public int Count => _held.Count;

    /// <summary>The latest generation seen.</summary>
    public ulong Generation { get; private set; }

    /// <summary>A generation's first entry names where the one before is closed.</summary>
    public void Began(LogId log, GenerationEvent statement)
    {
        Generation = Math.Max(Generation, log.Generation);
        if (statement.Previous is { } previous)
        {
            _closed[previous.Log] = previous.Size;
        }
    }

    /// <summary>A reading stands in an entry, or in the slot of one.</summary>
    public void Take(LogId log, ulong index, Reading reading)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(reading.Bytes.Span));
        if (_held.TryGetValue((reading.Kid, reading.Number), out (string Hash, LogId Log, ulong Index) first))
        {
            bool again = first.Log != log && _closed.TryGetValue(first.Log, out ulong size) && first.Index >= size && first.Hash == hash;
            if (!again)
            {
                findings.Add(FindingKind.Doubled, where, $"reading {reading.Number} of {reading.Kid} stands at {first.Log} #{first.Index} and {log} #{index}{(first.Hash == hash ? string.Empty : ", with other content")}");
            }
        }
        else
        {
            _held[(reading.Kid, reading.Number)] = (hash, log, index);
        }
    }

    /// <summary>Everything acknowledged must be here, and nothing that was not signed.</summary>
    public void Compare(Truth truth)
    {
        foreach (((Kid kid, ReadingNumber number), string hash) in truth.Stored)
        {
            if (!_held.TryGetValue((kid, number), out (string Hash, LogId Log, ulong Index) held))
            {
                findings.Add(FindingKind.Lost, where, $"reading {number} of {kid} was acknowledged and is not here");
            }
            else if (held.Hash != hash)
            {
                findings.Add(FindingKind.Foreign, where, $"reading {number} of {kid} is not the one that was acknowledged");
            }
        }

        foreach (((Kid kid, ReadingNumber number), (string hash, LogId log, ulong index)) in _held)
        {
            if (!truth.Signed.TryGetValue((kid, number), out string? signed) || signed != hash)
            {
                findings.Add(FindingKind.Foreign, where, $"reading {number} of {kid} at {log} #{index} was signed by no sensor");
            }
        }
    }
}
