namespace Sealway.App;

using System.Globalization;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// The epochs' keys that a member goes on reading its past with after its HPKE key was replaced, in notes beside the log:
/// each note is a grant of the member to itself, so that nothing lies there in clear and the member's own key opens it.
/// </summary>
internal static class KeptEpochs
{
    private const string Prefix = "app/epochs/";

    /// <summary>The notes that keep some epochs' keys for a key, and take away what was kept before.</summary>
    /// <param name="before">The notes so far.</param>
    /// <param name="known">The epochs.</param>
    /// <param name="registrySize">The size of the registry.</param>
    /// <param name="key">For whom.</param>
    public static IReadOnlyList<Note> Write(IReadOnlyList<Note> before, IEnumerable<KnownEpoch> known, ulong registrySize, PublicKey key)
    {
        Dictionary<string, byte[]?> notes = before.ToDictionary(note => note.Name, _ => (byte[]?)null, StringComparer.Ordinal);
        foreach (IGrouping<(LogId Log, bool IsGranted), KnownEpoch> group in known.GroupBy(epoch => (epoch.Log, epoch.IsGranted)))
        {
            int part = 0;
            foreach (KnownEpoch[] some in group.Chunk(Limits.GrantKeys))
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{group.Key.Log.Generation}/{(group.Key.IsGranted ? "granted" : "given")}/{part++}");
                notes[name] = Grant.Create(group.Key.Log, some[^1].Key.Id, registrySize, [key], [.. some.Select(epoch => epoch.Key)]);
            }
        }

        return [.. notes.Select(note => new Note(note.Key, note.Value))];
    }

    /// <summary>The notes of a log.</summary>
    public static ValueTask<IReadOnlyList<Note>> NotesAsync(ILogStore store, LogId log, CancellationToken stop) => store.Notes(log, Prefix, stop);

    /// <summary>Reads what was kept, as far as one of the keys opens it.</summary>
    public static IEnumerable<KnownEpoch> Read(LogId log, IEnumerable<Note> notes, IReadOnlyList<AgreementKey> keys)
    {
        foreach (Note note in notes)
        {
            string[] parts = note.Name[Prefix.Length..].Split('/');
            if (parts.Length != 3 || note.Value is not { } value || !ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong generation))
            {
                continue;
            }

            LogId sealedUnder = log with { Generation = generation };
            (IReadOnlyList<EpochKey> kept, Kid? under) = Open(sealedUnder, value, keys);
            foreach (EpochKey key in kept)
            {
                yield return new KnownEpoch(key, sealedUnder, isGranted: parts[1] == "granted") { IsKept = true, OpenedWith = under };
            }
        }
    }

    private static (IReadOnlyList<EpochKey> Kept, Kid? Under) Open(LogId log, byte[] note, IReadOnlyList<AgreementKey> keys)
    {
        foreach (AgreementKey key in keys)
        {
            try
            {
                return (Grant.FromUntrusted(note).Open(log, key), key.PublicKey.Kid);
            }
            catch (MessageException)
            {
                // For the other key, or for one that is gone.
            }
        }

        return ([], null);
    }
}
