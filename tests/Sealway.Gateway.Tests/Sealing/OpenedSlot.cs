namespace Sealway.Gateway.Tests.Sealing;

using Sealway.Messages;

internal sealed record OpenedSlot(ulong At, EpochId Epoch, ushort Step, IReadOnlyList<SlotItem> Items, byte[] KeyHash);
