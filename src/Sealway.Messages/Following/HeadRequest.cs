namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary><c>[3, log-id]</c>: asks what is held of a log; answered by a <see cref="Held"/>.</summary>
/// <param name="Log">The log.</param>
public sealed record HeadRequest(LogId Log) : FollowMessage(Log)
{
    internal const ulong Number = 3;

    private protected override void Write(CborWriter cbor)
    {
        Begin(cbor, 2, Number);
        cbor.WriteEndArray();
    }
}
