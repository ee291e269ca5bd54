namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>Gets the command slots that the cloud relays.</summary>
public interface ICommandReceiver
{
    /// <summary>A slot came for this gateway's log; usually an empty one. Slots come one at a time; while this runs nothing else from the cloud is read, so it is quick. A <see cref="MessageException"/> refuses the slot.</summary>
    ValueTask ReceiveAsync(CommandSlot slot, CancellationToken cancellation);
}
