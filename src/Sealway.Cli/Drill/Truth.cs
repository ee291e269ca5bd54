namespace Sealway.Cli.Drill;

using Sealway.Messages;
using Sealway.Sensor.Ledgers;

/// <summary>What some sensors really signed, and what was acknowledged to them: from their ledgers.</summary>
internal sealed class Truth(IReadOnlyList<string> ledgers, string where, Findings findings)
{
    private readonly Dictionary<(Kid, ReadingNumber), string> _signed = [];
    private readonly Dictionary<(Kid, ReadingNumber), string> _stored = [];
    private readonly HashSet<(Kid, ReadingNumber)> _refused = [];
    private readonly Dictionary<string, int> _read = new(StringComparer.Ordinal);

    /// <summary>Hash by key and number of what was signed.</summary>
    public IReadOnlyDictionary<(Kid Kid, ReadingNumber Number), string> Signed => _signed;

    /// <summary>The same of what was acknowledged.</summary>
    public IReadOnlyDictionary<(Kid Kid, ReadingNumber Number), string> Stored => _stored;

    /// <summary>What a gateway refused.</summary>
    public IReadOnlyCollection<(Kid Kid, ReadingNumber Number)> Refused => _refused;

    /// <summary>Reads what the ledgers have more.</summary>
    public void Read()
    {
        foreach (string file in ledgers.Where(File.Exists))
        {
            IReadOnlyList<LedgerLine> lines = SensorLedger.Read(file);
            int read = _read.GetValueOrDefault(file);
            if (lines.Count < read)
            {
                findings.Add(FindingKind.Contradiction, where, $"{file} has {lines.Count} lines, it had {read}");
            }

            foreach (LedgerLine line in lines.Skip(read))
            {
                Take(line);
            }

            _read[file] = lines.Count;
        }
    }

    private void Take(LedgerLine line)
    {
        switch (line.Word)
        {
            case LedgerWord.Signed when !_signed.TryAdd((line.Kid, line.Number), line.Hash):
                findings.Add(FindingKind.Contradiction, where, $"sensor {line.Kid} gave the number {line.Number} twice");
                break;
            case LedgerWord.Stored:
                _stored.TryAdd((line.Kid, line.Number), line.Hash);
                break;
            case LedgerWord.Refused:
                _refused.Add((line.Kid, line.Number));
                break;
            default:
                break;
        }
    }
}
