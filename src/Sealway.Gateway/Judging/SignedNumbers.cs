namespace Sealway.Gateway;

using System.Buffers.Binary;
using System.Globalization;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// What one sensor signed under its latest 4,096 numbers, as many as a sensor keeps unanswered: 8 bytes of the hash for each, in
/// pages of 32, of which only those that changed are written. It tells a reading that is sent again from other content under a used
/// number, which is evidence of a cloned key. For the writer loop only.
/// </summary>
internal sealed class SignedNumbers
{
    internal const string NotePrefix = "signed/";

    private const int PageNumbers = 32;
    private const int Pages = 128;
    private const int PageBytes = sizeof(uint) + sizeof(uint) + (PageNumbers * sizeof(ulong));

    private readonly byte[]?[] _pages = new byte[Pages][];
    private readonly SortedSet<int> _changed = [];

    /// <summary>Reads what <see cref="Changed"/> gave.</summary>
    /// <exception cref="MessageException">Anything else.</exception>
    internal static Dictionary<Kid, SignedNumbers> Load(IReadOnlyList<Note> notes)
    {
        Dictionary<Kid, SignedNumbers> all = [];
        foreach (Note note in notes)
        {
            string[] name = note.Name.Split('/');
            if (name.Length != 3
                || !Kid.TryParse(name[1], out Kid sensor)
                || !int.TryParse(name[2], NumberStyles.None, CultureInfo.InvariantCulture, out int place)
                || place >= Pages
                || note.Value?.Length != PageBytes)
            {
                throw new MessageException(Refusal.Malformed, "signed numbers");
            }

            if (!all.TryGetValue(sensor, out SignedNumbers? numbers))
            {
                all.Add(sensor, numbers = new SignedNumbers());
            }

            numbers._pages[place] = note.Value;
        }

        return all;
    }

    /// <summary>What was signed under a number; null if it is not known any more.</summary>
    internal ulong? Of(ReadingNumber number)
    {
        byte[]? page = _pages[PlaceOf(number)];
        if (page is null || !IsOf(page, number))
        {
            return null;
        }

        ulong signed = BinaryPrimitives.ReadUInt64BigEndian(page.AsSpan(OffsetOf(number)));
        return signed == 0 ? null : signed;
    }

    /// <summary>A number that becomes durable now. Zero is never known, so that one hash in 2^64 is taken for unknown.</summary>
    internal void Add(ReadingNumber number, ulong signed)
    {
        int place = PlaceOf(number);
        byte[]? page = _pages[place];
        if (page is null || !IsOf(page, number))
        {
            page = _pages[place] = new byte[PageBytes];
            BinaryPrimitives.WriteUInt32BigEndian(page, number.Boot);
            BinaryPrimitives.WriteUInt32BigEndian(page.AsSpan(sizeof(uint)), number.Sequence / PageNumbers);
        }

        BinaryPrimitives.WriteUInt64BigEndian(page.AsSpan(OffsetOf(number)), signed);
        _changed.Add(place);
    }

    /// <summary>Adds the pages to store that have changed since the last time.</summary>
    internal void Changed(Kid sensor, List<Note> notes)
    {
        foreach (int place in _changed)
        {
            notes.Add(new Note(string.Create(CultureInfo.InvariantCulture, $"{NotePrefix}{sensor}/{place:d3}"), [.. _pages[place]!]));
        }

        _changed.Clear();
    }

    private static int PlaceOf(ReadingNumber number) => (int)(number.Sequence / PageNumbers % Pages);

    private static int OffsetOf(ReadingNumber number) => sizeof(uint) + sizeof(uint) + ((int)(number.Sequence % PageNumbers) * sizeof(ulong));

    private static bool IsOf(ReadOnlySpan<byte> page, ReadingNumber number) =>
        BinaryPrimitives.ReadUInt32BigEndian(page) == number.Boot && BinaryPrimitives.ReadUInt32BigEndian(page[sizeof(uint)..]) == number.Sequence / PageNumbers;
}
