namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The gateway acts on this much of the registry from now on: assignments and revocations up to there are in force.</summary>
/// <param name="RegistrySize">Entries of the registry applied.</param>
public sealed record InForceEvent(ulong RegistrySize) : GatewayEvent(EventType.InForce)
{
    /// <inheritdoc/>
    protected internal override int Fields => 1;

    internal static InForceEvent Read(WireReader reader)
    {
        reader.Key(3);
        return new InForceEvent(reader.Number());
    }

    private protected override void WriteFields(CborWriter cbor) => cbor.Field(3, RegistrySize);
}
