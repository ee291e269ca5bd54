namespace Sealway.Sensor.Ledgers;

using System.Globalization;
using System.Security.Cryptography;
using Sealway.Messages;

/// <summary>One line of a sensor's ledger: <c>signed</c>, <c>stored</c> or <c>refused</c>, the key, the number, and the hash of the reading's bytes.</summary>
/// <param name="Word">What happened.</param>
/// <param name="Kid">The sensor's key.</param>
/// <param name="Number">The reading's number.</param>
/// <param name="Hash">SHA-256 of the reading's exact bytes, 64 hexadecimal digits in lower case: those bytes are also an open log's entry body.</param>
public sealed record LedgerLine(LedgerWord Word, Kid Kid, ReadingNumber Number, string Hash)
{
    /// <summary>The longest line, in characters, its end not counted.</summary>
    internal const int Longest = 112;

    private const int Words = 4;
    private const int HashDigits = 64;

    /// <summary>What is said of a reading.</summary>
    public static LedgerLine Of(LedgerWord word, Kid kid, ReadingNumber number, ReadOnlySpan<byte> reading) =>
        new(word, kid, number, Convert.ToHexStringLower(SHA256.HashData(reading)));

    /// <summary>Reads a line, without its end. One form for each line: what is not exactly as written here is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LedgerLine? line)
    {
        line = null;
        if (text.Length > Longest)
        {
            return false;
        }

        string[] words = text.ToString().Split(' ');
        if (words.Length != Words || words[3].Length != HashDigits || !Kid.TryParse(words[1], out Kid kid)
            || words[2].Split('.') is not [string boot, string sequence]
            || !uint.TryParse(boot, NumberStyles.None, CultureInfo.InvariantCulture, out uint ofBoot)
            || !uint.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out uint ofSequence))
        {
            return false;
        }

        LedgerWord? word = words[0] switch
        {
            "signed" => LedgerWord.Signed,
            "stored" => LedgerWord.Stored,
            "refused" => LedgerWord.Refused,
            _ => null,
        };
        if (word is { } known && words[3].All(char.IsAsciiHexDigitLower))
        {
            line = new LedgerLine(known, kid, new ReadingNumber(ofBoot, ofSequence), words[3]);
        }

        if (line is not null && !text.SequenceEqual(line.ToString()))
        {
            line = null;
        }

        return line is not null;
    }

    /// <summary>The line, without its end.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Word == LedgerWord.Signed ? "signed" : Word == LedgerWord.Stored ? "stored" : "refused")} {Kid} {Number.Boot}.{Number.Sequence} {Hash}");
}
