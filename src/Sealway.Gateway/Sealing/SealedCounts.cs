namespace Sealway.Gateway;

/// <summary>What a sealed recorder has done; written by the loop, read by anybody.</summary>
internal sealed class SealedCounts
{
    private long _slots;
    private long _epochs;
    private long _lost;
    private int _members;
    private int _waiting;
    private int _waitingBytes;

    public int WaitingBytes => Volatile.Read(ref _waitingBytes);

    public void Slot() => Interlocked.Increment(ref _slots);

    public void Lose() => Interlocked.Increment(ref _lost);

    public void Epoch(int members)
    {
        Interlocked.Increment(ref _epochs);
        Volatile.Write(ref _members, members);
    }

    public void Wait(int bytes)
    {
        Interlocked.Increment(ref _waiting);
        Interlocked.Add(ref _waitingBytes, bytes);
    }

    public void Place(int bytes)
    {
        Interlocked.Decrement(ref _waiting);
        Interlocked.Add(ref _waitingBytes, -bytes);
    }

    public IReadOnlyDictionary<string, object> ToHealth() => new Dictionary<string, object>
    {
        ["slots"] = Interlocked.Read(ref _slots),
        ["epochs"] = Interlocked.Read(ref _epochs),
        ["members"] = Volatile.Read(ref _members),
        ["waiting"] = Volatile.Read(ref _waiting),
        ["waitingBytes"] = WaitingBytes,
        ["lostToMemory"] = Interlocked.Read(ref _lost),
    };
}
