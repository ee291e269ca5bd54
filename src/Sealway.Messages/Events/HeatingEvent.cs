namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The heating was switched, or its target set.</summary>
/// <param name="Subject">The room.</param>
/// <param name="On">Whether it heats from now on.</param>
/// <param name="Target">The target in degrees Celsius.</param>
public sealed record HeatingEvent(string Subject, bool On, Number Target) : GatewayEvent(EventType.Heating)
{
    /// <inheritdoc/>
    protected internal override int Fields => 3;

    internal static HeatingEvent Read(WireReader reader)
    {
        reader.Key(3);
        string subject = reader.Text();
        reader.Key(4);
        bool on = reader.Boolean();
        reader.Key(5);
        return new HeatingEvent(subject, on, Number.Read(reader));
    }

    private protected override void WriteFields(CborWriter cbor)
    {
        cbor.Field(3, Subject);
        cbor.WriteInt32(4);
        cbor.WriteBoolean(On);
        cbor.WriteInt32(5);
        Target.Write(cbor);
    }
}
