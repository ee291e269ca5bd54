namespace Sealway.Archive;

using System.Formats.Cbor;
using System.Security.Cryptography;
using Sealway.Alarms;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Where it is kept how far each log is judged: one small file each, apart from the logs, since all of it follows from them.</summary>
/// <param name="root">The folder.</param>
/// <param name="rules">The alarm rules; with other rules the alarms begin anew.</param>
internal sealed class JudgedFolder(string root, AlarmRules rules)
{
    private const ulong Version = 2;

    public string FileOf(LogId log) => TileLogStore.FolderOf(root, log);

    /// <summary>Reads how far a log was judged; from its beginning where that is missing, damaged, or ahead of the log.</summary>
    public JudgedLog Load(LogId log, LogState? state)
    {
        string path = FileOf(log);
        if (File.Exists(path))
        {
            try
            {
                JudgedLog judged = Read(log, File.ReadAllBytes(path), path);
                if (judged.Next <= (state?.Size ?? 0))
                {
                    return judged;
                }
            }
            catch (InvalidDataException)
            {
                // Made again from the entries.
            }
        }

        return JudgedLog.Begin(log, rules, state?.Start ?? 0);
    }

    /// <summary>Reads a log's file.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public JudgedLog Read(LogId log, ReadOnlyMemory<byte> bytes, string path)
    {
        if (bytes.Length <= SHA256.HashSizeInBytes || !SHA256.HashData(bytes.Span[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(bytes.Span[^SHA256.HashSizeInBytes..]))
        {
            throw new InvalidDataException($"{path} is damaged");
        }

        return StoredCbor.Read(bytes[..^SHA256.HashSizeInBytes], path, cbor =>
        {
            if (cbor.ReadStartArray() != 3 || cbor.ReadUInt64() != Version || cbor.ReadTextString() != log.ToString())
            {
                throw new InvalidDataException($"{path} is not of this log, or of another version");
            }

            JudgedLog judged = JudgedLog.FromBytes(log, rules, cbor.ReadByteString());
            cbor.ReadEndArray();
            return judged;
        });
    }

    /// <exception cref="IOException">It could not be written; what was there before still is, or this is.</exception>
    public void Save(JudgedLog judged)
    {
        DurableFiles files = new(root);
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(3);
        cbor.WriteUInt64(Version);
        cbor.WriteTextString(judged.Log.ToString());
        cbor.WriteByteString(judged.ToBytes());
        cbor.WriteEndArray();
        byte[] body = cbor.Encode();
        files.Replace(Path.GetRelativePath(root, FileOf(judged.Log)), [.. body, .. SHA256.HashData(body)]);
        files.Flush();
    }
}
