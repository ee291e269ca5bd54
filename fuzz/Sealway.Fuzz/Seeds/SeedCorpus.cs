namespace Sealway.Fuzz.Seeds;

using System.Globalization;
using System.Security.Cryptography;
using Sealway.Fuzz.Running;

/// <summary>The inputs that fuzzing begins with, made from the vectors and by the code itself, and the words it mutates with.</summary>
internal static class SeedCorpus
{
    /// <summary>AFL++ wants seeds small; what is larger is met by the property tests.</summary>
    private const int MostBytes = 16_384;

    /// <summary>Writes the seeds of every target into a folder of its name, and the dictionary beside them.</summary>
    /// <returns>How many each has.</returns>
    public static IReadOnlyList<(string Name, int Count)> Write(string folder, VectorFiles vectors)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "cbor.dict"), Dictionary());
        return [.. FuzzTargets.All.Append(FuzzTargets.Broken).Select(target => (target.Name, Write(Path.Combine(folder, target.Name), target.Seeds(vectors).Where(seed => seed.Length > 0 && seed.Length <= Math.Min(MostBytes, target.MostBytes)))))];
    }

    private static int Write(string folder, IEnumerable<byte[]> seeds)
    {
        Directory.CreateDirectory(folder);
        int count = 0;
        foreach (byte[] seed in seeds.DistinctBy(seed => Convert.ToHexString(SHA256.HashData(seed))))
        {
            File.WriteAllBytes(Path.Combine(folder, count.ToString("D4", CultureInfo.InvariantCulture)), seed);
            count++;
        }

        return count;
    }

    // Heads of CBOR, labels and texts of ours: what a mutation seldom makes by chance.
    private static IEnumerable<string> Dictionary()
    {
        string[] words =
        [
            "18ff", "19ffff", "1affffffff", "1bffffffffffffffff", "1b001fffffffffffff", "1b0020000000000000", "3bffffffffffffffff", "5bffffffffffffffff", "7bffffffffffffffff", "9bffffffffffffffff", "9a7fffffff",
            "bbffffffffffffffff", "5f", "7f", "9f", "bf", "ff", "d2", "d8", "d860", "d890", "c4", "c482", "f4", "f5", "f6", "f7", "f90000", "f97e00", "f97c00", "f93e00", "fa7fc00000", "fb7ff0000000000000", "fb3ff199999999999a",
            "a0", "80", "40", "60", "0126", "a10103", "a1011835", "a101182d", "a301260448", "0fa10748", "0fa20748", "0a48", "18c4", "19018c", "a119018c", "a120", "3a00010000", "3a00010001", "3a00010002", "4100", "581f", "5820", "5840", "5841",
            "0318", "03183c", "200121", "2158", "2258", "83", "84", "85", "86", "88", "00", "ffff", "0000",
        ];
        return words.Select((word, i) => string.Create(CultureInfo.InvariantCulture, $"w{i}=\"{string.Concat(word.Chunk(2).Select(digits => $"\\x{new string(digits)}"))}\""));
    }
}
