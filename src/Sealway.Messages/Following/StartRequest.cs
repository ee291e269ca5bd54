namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary><c>[6, log-id]</c>: asks where a log stands now, to follow it from there; answered by a <see cref="Start"/> of its latest generation, or by a <see cref="Held"/> where nothing of it is held.</summary>
/// <param name="Log">The log.</param>
public sealed record StartRequest(LogId Log) : FollowMessage(Log)
{
    internal const ulong Number = 6;

    private protected override void Write(CborWriter cbor)
    {
        Begin(cbor, 2, Number);
        cbor.WriteEndArray();
    }
}
