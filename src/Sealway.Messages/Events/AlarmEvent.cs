namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>An alarm was raised or cleared.</summary>
/// <param name="Raised">Raised, or cleared.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="Sensor">Whose readings; null when the log itself is meant.</param>
/// <param name="Metric">Which measurement; null when the sensor itself is meant (silence).</param>
/// <param name="Value">The value that decided; null when none did.</param>
public sealed record AlarmEvent(bool Raised, string Rule, Kid? Sensor, string? Metric, Number? Value)
    : GatewayEvent(Raised ? EventType.AlarmRaised : EventType.AlarmCleared)
{
    /// <inheritdoc/>
    protected internal override int Fields => 1 + (Sensor is null ? 0 : 1) + (Metric is null ? 0 : 1) + (Value is null ? 0 : 1);

    internal static AlarmEvent Read(WireReader reader, int fields, EventType type)
    {
        reader.Key(3);
        string rule = reader.Text();
        Kid? sensor = null;
        string? metric = null;
        Number? value = null;
        for (int i = 1; i < fields; i++)
        {
            // The canonical order of keys makes each of these possible once at most.
            switch (reader.Key())
            {
                case 4:
                    sensor = reader.Kid();
                    break;
                case 5:
                    metric = reader.Text(Limits.NameBytes);
                    break;
                case 6:
                    value = Number.Read(reader);
                    break;
                default:
                    throw reader.Wrong(Refusal.UnexpectedHeader);
            }
        }

        return new AlarmEvent(type == EventType.AlarmRaised, rule, sensor, metric, value);
    }

    private protected override void WriteFields(CborWriter cbor)
    {
        cbor.Field(3, Rule);
        if (Sensor is { } sensor)
        {
            cbor.Field(4, sensor);
        }

        if (Metric is not null)
        {
            cbor.Field(5, Metric);
        }

        if (Value is { } value)
        {
            cbor.WriteInt32(6);
            value.Write(cbor);
        }
    }
}
