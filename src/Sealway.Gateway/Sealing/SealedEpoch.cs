namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>The epoch that slots are sealed under: its key, its members, and what its early slots still have to say. Dispose erases the key.</summary>
internal sealed class SealedEpoch : IDisposable
{
    private readonly Sealer _sealer;

    private SealedEpoch(Sealer sealer, EpochMembers members, ReadOnlyMemory<byte> body, ulong end, Queue<GatewayEvent> prelude)
    {
        _sealer = sealer;
        Members = members;
        Body = body;
        End = end;
        Prelude = prelude;
    }

    /// <summary>For whom.</summary>
    public EpochMembers Members { get; }

    /// <summary>The body of its entry.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>From when on it is to end, milliseconds since 1970.</summary>
    public ulong End { get; }

    /// <summary>The key's hash, then the labels: what goes into its slots first.</summary>
    public Queue<GatewayEvent> Prelude { get; }

    /// <summary>Whether no step is left.</summary>
    public bool IsSpent => _sealer.StepsLeft == 0;

    /// <summary>Makes a fresh key and hands it to the members.</summary>
    public static SealedEpoch Begin(LogId log, EpochMembers members, ulong end, SealingOptions options)
    {
        EpochKey key = EpochKey.Generate();
        try
        {
            byte[] body = Epoch.Create(log, key, members.RegistrySize, members.Keys);
            Queue<GatewayEvent> prelude = new([new EpochBeganEvent(key.Hash()), .. LabelChunks.Of(options.Labels(), options.SlotBytes)]);
            return new SealedEpoch(new Sealer(log, key), members, body, end, prelude);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Seals a slot under the next step.</summary>
    public byte[] Seal(SlotBuilder slot) => _sealer.Seal(slot.Plaintext);

    /// <inheritdoc/>
    public void Dispose() => _sealer.Dispose();
}
