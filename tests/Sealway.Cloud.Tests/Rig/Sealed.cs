namespace Sealway.Cloud.Tests;

/// <summary>Entries of a sealed log that nobody here can open.</summary>
internal static class Sealed
{
    public static Entry Epoch(LogId log, ulong at, out Sealer sealer)
    {
        EpochKey key = EpochKey.Generate();
        byte[] body = Messages.Epoch.Create(log, key, 5, []);
        sealer = new Sealer(log, key);
        return Entry.Create(EntryKind.Epoch, at, body);
    }

    public static Entry Slot(Sealer sealer, ulong at, int size = 512) => Entry.Create(EntryKind.Sealed, at, sealer.Seal(new byte[size]));
}
