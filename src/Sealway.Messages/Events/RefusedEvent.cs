namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>Readings that the gateway did not take, since its last such event.</summary>
/// <param name="Counts">How many by reason; at least one reason.</param>
public sealed record RefusedEvent(IReadOnlyDictionary<Refusal, ulong> Counts) : GatewayEvent(EventType.Refused)
{
    /// <inheritdoc/>
    protected internal override int Fields => 1;

    internal static RefusedEvent Read(WireReader reader)
    {
        reader.Key(3);
        int pairs = reader.Map(1, Limits.EventPairs);
        SortedDictionary<Refusal, ulong> counts = [];
        for (int i = 0; i < pairs; i++)
        {
            Refusal reason = (Refusal)reader.Number(int.MaxValue);
            counts.Add(reason, reader.Number());
        }

        reader.EndMap();
        return new RefusedEvent(counts);
    }

    private protected override void WriteFields(CborWriter cbor)
    {
        cbor.WriteInt32(3);
        cbor.WriteStartMap(Counts.Count);
        foreach ((Refusal reason, ulong count) in Counts)
        {
            cbor.Field((long)reason, count);
        }

        cbor.WriteEndMap();
    }
}
