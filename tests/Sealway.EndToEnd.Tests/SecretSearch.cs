namespace Sealway.EndToEnd.Tests;

using System.Security.Cryptography;
using System.Text;

/// <summary>Looks for secrets in what programs left behind, in each form in which they are usually written.</summary>
internal sealed class SecretSearch
{
    private const string Begin = "-----BEGIN";

    // Shorter ones are found by chance.
    private const int Shortest = 6;

    private readonly List<(string Name, byte[] Bytes)> _wanted = [];

    public int Count => _wanted.Count;

    /// <summary>A secret text.</summary>
    public void Text(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Secret bytes: themselves, in hexadecimal digits, in Base64.</summary>
    public void Bytes(string name, ReadOnlySpan<byte> bytes)
    {
        Add(name, bytes.ToArray());
        Text($"{name} in hex", Convert.ToHexStringLower(bytes));
        Text($"{name} in HEX", Convert.ToHexString(bytes));
        string base64 = Convert.ToBase64String(bytes).TrimEnd('=');

        // The last digit depends on what follows.
        Text($"{name} in Base64", base64[..^1]);
        Text($"{name} in Base64 for URLs", base64[..^1].Replace('+', '-').Replace('/', '_'));
    }

    /// <summary>A number: its digits, and the bytes of a double in both orders.</summary>
    public void Number(string digits)
    {
        Text($"the value {digits}", digits);
        byte[] number = BitConverter.GetBytes(double.Parse(digits, System.Globalization.CultureInfo.InvariantCulture));
        Add($"the value {digits} as a double", number);
        Add($"the value {digits} as a double, big-endian", [.. number.Reverse()]);
    }

    /// <summary>A private key in PEM: its lines as they lie in the file, and what they hold.</summary>
    public void Key(string name, string pem, string passphrase)
    {
        foreach (string line in pem.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.StartsWith("-----", StringComparison.Ordinal) && line.Length > 24))
        {
            Text($"{name}, a line of its file", line);
        }

        using ECDsa key = ECDsa.Create();
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            key.ImportFromEncryptedPem(pem, passphrase);
        }
        else
        {
            key.ImportFromPem(pem);
        }

        Bytes(name, key.ExportParameters(includePrivateParameters: true).D);
    }

    /// <summary>Every private key in the files of a folder.</summary>
    public int Keys(string folder, string passphrase)
    {
        int count = 0;
        foreach (string file in Files(folder).Where(file => Path.GetExtension(file) == ".key"))
        {
            string pem = File.ReadAllText(file);
            if (pem.StartsWith(Begin, StringComparison.Ordinal))
            {
                Key(Path.GetRelativePath(folder, file), pem, passphrase);
                count++;
            }
        }

        return count;
    }

    /// <summary>The secrets that are in some bytes.</summary>
    public IReadOnlyList<string> In(byte[] bytes) => [.. _wanted.Where(one => bytes.AsSpan().IndexOf(one.Bytes) >= 0).Select(one => one.Name)];

    /// <summary>The secrets that are in a text.</summary>
    public IReadOnlyList<string> In(string text) => In(Encoding.UTF8.GetBytes(text));

    /// <summary>The secrets that are in the files of a folder, and where; what databases have not written to their place yet is among these files.</summary>
    public IReadOnlyList<string> InFolder(string folder) => [.. Files(folder).SelectMany(file => In(Read(file)).Select(name => $"{Path.GetFileName(file)}: {name}"))];

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not ".sock" and not ".lock");

    // A database that runs holds its files open.
    private static byte[] Read(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private void Add(string name, byte[] bytes)
    {
        if (bytes.Length < Shortest)
        {
            throw new ArgumentException($"{name} is too short to be looked for", nameof(bytes));
        }

        _wanted.Add((name, bytes));
    }
}
