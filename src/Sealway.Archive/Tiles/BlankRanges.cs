namespace Sealway.Archive;

using System.Formats.Cbor;
using Sealway.Log;

/// <summary>Which entries of a log are held as their hash alone: ranges [from, to), rising and apart from each other. Immutable.</summary>
internal sealed class BlankRanges
{
    private readonly (ulong From, ulong To)[] _ranges;

    private BlankRanges((ulong From, ulong To)[] ranges) => _ranges = ranges;

    public static BlankRanges None { get; } = new([]);

    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>The index after the last blank; 0 if there is none.</summary>
    public ulong End => _ranges.Length == 0 ? 0 : _ranges[^1].To;

    public IReadOnlyList<(ulong From, ulong To)> Ranges => _ranges;

    public bool Contains(ulong index)
    {
        int low = 0;
        int high = _ranges.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].To <= index)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < _ranges.Length && _ranges[low].From <= index;
    }

    /// <summary>With one more range, which may overlap others.</summary>
    public BlankRanges With(ulong from, ulong to)
    {
        if (from >= to)
        {
            return this;
        }

        List<(ulong From, ulong To)> ranges = [];
        foreach ((ulong begins, ulong ends) in _ranges)
        {
            if (ends < from || begins > to)
            {
                ranges.Add((begins, ends));
            }
            else
            {
                from = Math.Min(from, begins);
                to = Math.Max(to, ends);
            }
        }

        int place = ranges.FindIndex(range => range.From > to);
        ranges.Insert(place < 0 ? ranges.Count : place, (from, to));
        return new BlankRanges([.. ranges]);
    }

    /// <summary>Without what is in others.</summary>
    public BlankRanges Without(BlankRanges others)
    {
        List<(ulong From, ulong To)> left = [];
        foreach ((ulong begins, ulong ends) in _ranges)
        {
            ulong from = begins;
            foreach ((ulong first, ulong end) in others._ranges.Where(one => one.To > begins && one.From < ends))
            {
                if (first > from)
                {
                    left.Add((from, first));
                }

                from = end;
            }

            if (from < ends)
            {
                left.Add((from, ends));
            }
        }

        return left.SequenceEqual(_ranges) ? this : new BlankRanges([.. left]);
    }

    public byte[] ToArray()
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(2 * _ranges.Length);
        foreach ((ulong from, ulong to) in _ranges)
        {
            cbor.WriteUInt64(from);
            cbor.WriteUInt64(to);
        }

        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <exception cref="InvalidDataException">Not such ranges.</exception>
    public static BlankRanges Read(ReadOnlyMemory<byte> bytes, string path) => StoredCbor.Read(bytes, path, cbor =>
    {
        int count = cbor.ReadStartArray() ?? -1;
        if (count < 0 || count % 2 != 0 || count > bytes.Length)
        {
            throw new InvalidDataException($"{path} holds no ranges");
        }

        (ulong From, ulong To)[] ranges = new (ulong, ulong)[count / 2];
        ulong last = 0;
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = (cbor.ReadUInt64(), cbor.ReadUInt64());
            if (ranges[i].From >= ranges[i].To || ranges[i].To > Merkle.MaxSize || (i > 0 && ranges[i].From <= last))
            {
                throw new InvalidDataException($"{path} holds ranges that do not rise");
            }

            last = ranges[i].To;
        }

        cbor.ReadEndArray();
        return new BlankRanges(ranges);
    });
}
