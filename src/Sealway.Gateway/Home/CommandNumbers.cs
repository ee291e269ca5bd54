namespace Sealway.Gateway;

using System.Buffers.Binary;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The last command number of each member, and the latest commands that were answered. Used by one thread at a time.</summary>
internal sealed class CommandNumbers
{
    private const string Prefix = "recorder/command/";

    // What a member can have said within a command's life, with room to spare; older ones are late by their expiry.
    private const int MostAnswered = 256;

    private readonly Dictionary<Kid, ulong> _last = [];
    private readonly Queue<string> _order = new();
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private LogId? _loaded;

    /// <summary>Reads the numbers of a log, once.</summary>
    public async Task LoadAsync(ILogStore store, LogId log, CancellationToken cancellation)
    {
        if (_loaded == log)
        {
            return;
        }

        foreach (Note note in await store.Notes(log, Prefix, cancellation).ConfigureAwait(false))
        {
            if (Kid.TryParse(note.Name[Prefix.Length..], out Kid member) && note.Value is { Length: sizeof(ulong) } value)
            {
                _last[member] = Math.Max(Last(member) ?? 0, BinaryPrimitives.ReadUInt64BigEndian(value));
            }
        }

        _loaded = log;
    }

    /// <summary>The last number, or null before the first.</summary>
    public ulong? Last(Kid member) => _last.TryGetValue(member, out ulong last) ? last : null;

    /// <summary>Whether a command was answered before.</summary>
    public bool WasAnswered(byte[] hash) => _answered.Contains(Convert.ToHexString(hash));

    /// <summary>A command is answered now.</summary>
    /// <returns>The note to store with the answer.</returns>
    public Note Answer(Kid member, ulong number, byte[] hash)
    {
        string answered = Convert.ToHexString(hash);
        if (_answered.Add(answered))
        {
            _order.Enqueue(answered);
            if (_order.Count > MostAnswered)
            {
                _answered.Remove(_order.Dequeue());
            }
        }

        ulong last = Math.Max(Last(member) ?? 0, number);
        _last[member] = last;
        byte[] value = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(value, last);
        return new Note(Prefix + member, value);
    }
}
