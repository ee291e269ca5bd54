namespace Sealway.Gateway;

using System.Buffers.Binary;
using Sealway.Messages;

/// <summary>
/// Which of one sensor's numbers are durable in this log, within its latest boot: everything from <see cref="From"/> to
/// <see cref="Last"/> but the gaps. That is what tells a reading whose answer was lost, which is answered again, from one
/// that comes too late, which is refused: history keeps only the last number. Immutable.
/// </summary>
internal sealed record StoredNumbers
{
    // A sensor keeps what is not stored and sends it again in order, so that gaps come from refusals alone and are few.
    private const int MostGaps = 16;
    private const int FixedBytes = 13;

    private readonly (uint From, uint To)[] _gaps;

    private StoredNumbers(uint boot, uint from, uint last, (uint From, uint To)[] gaps)
    {
        Boot = boot;
        From = from;
        Last = last;
        _gaps = gaps;
    }

    internal uint Boot { get; }

    internal uint From { get; }

    internal uint Last { get; }

    internal int Bytes => FixedBytes + (_gaps.Length * 8);

    internal static StoredNumbers First(ReadingNumber number) => new(number.Boot, number.Sequence, number.Sequence, []);

    internal bool Contains(ReadingNumber number) => number.Boot == Boot && number.Sequence >= From && number.Sequence <= Last
        && !Array.Exists(_gaps, gap => number.Sequence >= gap.From && number.Sequence < gap.To);

    /// <summary>With one more number, which is above all before it.</summary>
    internal StoredNumbers With(ReadingNumber number)
    {
        if (number.Boot != Boot)
        {
            return First(number);
        }

        if (number.Sequence <= Last)
        {
            return this;
        }

        if (number.Sequence == Last + 1)
        {
            return new(Boot, From, number.Sequence, _gaps);
        }

        // Beyond so many gaps the oldest numbers are no longer known.
        (uint From, uint To)[] gaps = [.. _gaps, (Last + 1, number.Sequence)];
        return gaps.Length <= MostGaps ? new(Boot, From, number.Sequence, gaps) : new(Boot, gaps[0].To, number.Sequence, gaps[1..]);
    }

    internal void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, Boot);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], From);
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], Last);
        to[12] = (byte)_gaps.Length;
        for (int i = 0; i < _gaps.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(to[(FixedBytes + (i * 8))..], _gaps[i].From);
            BinaryPrimitives.WriteUInt32BigEndian(to[(FixedBytes + 4 + (i * 8))..], _gaps[i].To);
        }
    }

    /// <exception cref="MessageException">Not what <see cref="Write"/> wrote.</exception>
    internal static StoredNumbers Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < FixedBytes || from[12] > MostGaps || from.Length < FixedBytes + (from[12] * 8))
        {
            throw new MessageException(Refusal.Malformed, "stored numbers");
        }

        (uint From, uint To)[] gaps = new (uint, uint)[from[12]];
        for (int i = 0; i < gaps.Length; i++)
        {
            gaps[i] = (BinaryPrimitives.ReadUInt32BigEndian(from[(FixedBytes + (i * 8))..]), BinaryPrimitives.ReadUInt32BigEndian(from[(FixedBytes + 4 + (i * 8))..]));
        }

        return new(BinaryPrimitives.ReadUInt32BigEndian(from), BinaryPrimitives.ReadUInt32BigEndian(from[4..]), BinaryPrimitives.ReadUInt32BigEndian(from[8..]), gaps);
    }
}
