namespace Sealway.Cloud;

/// <summary>When which size of a log was on disk, so that whoever judges later knows how long its entries took. Safe for use by several threads.</summary>
internal sealed class Arrivals
{
    // A judge so far behind measures no more.
    private const int Kept = 1024;

    private readonly Lock _lock = new();
    private readonly Queue<(ulong From, ulong Size, ulong At)> _marks = new();

    /// <summary>Entries are on disk.</summary>
    public void Held(ulong from, ulong size, ulong at)
    {
        lock (_lock)
        {
            if (_marks.Count == Kept)
            {
                _marks.Dequeue();
            }

            _marks.Enqueue((from, size, at));
        }
    }

    /// <summary>When an entry was on disk, milliseconds since 1970; null where that was not seen. Asked in rising order.</summary>
    public ulong? Of(ulong index)
    {
        lock (_lock)
        {
            while (_marks.TryPeek(out (ulong From, ulong Size, ulong At) mark))
            {
                if (index < mark.Size)
                {
                    return index >= mark.From ? mark.At : null;
                }

                _marks.Dequeue();
            }

            return null;
        }
    }
}
