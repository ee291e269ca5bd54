namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The gateway started.</summary>
/// <param name="Software">Its name and version.</param>
public sealed record StartEvent(string Software) : GatewayEvent(EventType.Start)
{
    /// <inheritdoc/>
    protected internal override int Fields => 1;

    internal static StartEvent Read(WireReader reader)
    {
        reader.Key(3);
        return new StartEvent(reader.Text());
    }

    private protected override void WriteFields(CborWriter cbor) => cbor.Field(3, Software);
}
