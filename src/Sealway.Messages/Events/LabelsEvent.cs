namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The words that people use for what the registry names opaquely: subject or name to label. In slots only.</summary>
/// <param name="Labels">Opaque name to label.</param>
public sealed record LabelsEvent(IReadOnlyDictionary<string, string> Labels) : GatewayEvent(EventType.Labels)
{
    /// <inheritdoc/>
    protected internal override int Fields => 1;

    internal static LabelsEvent Read(WireReader reader)
    {
        reader.Key(3);
        int pairs = reader.Map(0, Limits.EventPairs);
        Dictionary<string, string> labels = [];
        for (int i = 0; i < pairs; i++)
        {
            labels.Add(reader.Text(), reader.Text());
        }

        reader.EndMap();
        return new LabelsEvent(labels);
    }

    private protected override void WriteFields(CborWriter cbor)
    {
        cbor.WriteInt32(3);
        cbor.WriteStartMap(Labels.Count);
        foreach ((string name, string label) in Labels)
        {
            cbor.WriteTextString(name);
            cbor.WriteTextString(label);
        }

        cbor.WriteEndMap();
    }
}
