namespace Sealway.Gateway;

using System.Globalization;
using Sealway.Log;

/// <summary>A value that may be longer than a note holds, over several notes: the prefix, then a number of three digits.</summary>
internal static class SplitNote
{
    /// <summary>Adds the notes of a value, and removes those that an earlier, longer value had.</summary>
    /// <returns>How many notes the value has now.</returns>
    internal static int Split(List<Note> notes, string prefix, byte[] value, int before)
    {
        int count = 0;
        for (int at = 0; at < value.Length; at += Note.MaxValue)
        {
            notes.Add(new Note(Name(prefix, count++), value[at..Math.Min(value.Length, at + Note.MaxValue)]));
        }

        for (int surplus = count; surplus < before; surplus++)
        {
            notes.Add(new Note(Name(prefix, surplus), null));
        }

        return count;
    }

    /// <summary>Puts the parts together again; a store gives notes in the order of their names.</summary>
    internal static byte[] Join(IReadOnlyList<Note> notes) => [.. notes.SelectMany(note => note.Value ?? [])];

    private static string Name(string prefix, int part) => prefix + part.ToString("d3", CultureInfo.InvariantCulture);
}
