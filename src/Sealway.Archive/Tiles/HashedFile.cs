namespace Sealway.Archive;

using System.Security.Cryptography;

/// <summary>A small file beside a log that is replaced by one with a new number; the state names the one that counts, and its hash.</summary>
/// <param name="Number">The number of the write that made it.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
internal sealed record HashedFile(ulong Number, byte[] Hash)
{
    public static HashedFile Of(ulong number, ReadOnlySpan<byte> content) => new(number, SHA256.HashData(content));

    /// <summary>Reads a file that the state names.</summary>
    /// <exception cref="InvalidDataException">It is missing or another.</exception>
    public static byte[] Read(string path, ReadOnlySpan<byte> hash) => Require(Read(path), hash, path);

    /// <summary>Reads a file that must be there.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception inner) when (inner is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path} is missing", inner);
        }
    }

    /// <summary>Requires a file to be the one that the state names.</summary>
    /// <exception cref="InvalidDataException">It is another.</exception>
    public static byte[] Require(byte[] bytes, ReadOnlySpan<byte> hash, string path) =>
        SHA256.HashData(bytes).AsSpan().SequenceEqual(hash) ? bytes : throw new InvalidDataException($"{path} is damaged");
}
