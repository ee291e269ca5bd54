namespace Sealway.Cli.Demo.Attacks;

using Sealway.App;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Ben, who was removed, has the ciphertext of every slot since, handed to him by whoever has it, and tries every key that he holds.</summary>
internal sealed class RemovedMemberOpens : MemberAttack
{
    public override string Name => "a removed member opening new slots";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        using Identity ben = Ben(scene);
        string anna = scene.Folders.Keys(false, "app-anna");
        LogId log = AppFile.Load(anna).Log;
        long begin = TimeProvider.System.GetTimestamp();
        int tried = 0, opened = 0, before = 0;
        SqliteLogStore store = SqliteLogStore.Open(Path.Combine(scene.Folders.DataOf("app-anna"), "home.db"));
        await using (store.ConfigureAwait(false))
        {
            Registry registry = new(ben.Authority);
            await foreach ((ulong _, ReadOnlyMemory<byte> bytes) in DemoBytes.Entries(store, ben.RegistryLog, stop).ConfigureAwait(false))
            {
                registry.Apply(bytes);
            }

            ulong removed = registry.Current.WithdrawalOf(ben.Kid)?.Index ?? throw new UserError("Ben was not removed");
            using SlotOpener opener = new(log, ben.Agreement!);
            bool after = false;
            await foreach ((ulong _, ReadOnlyMemory<byte> bytes) in DemoBytes.Entries(store, log, stop).ConfigureAwait(false))
            {
                Entry entry = Entry.FromUntrusted(bytes);
                after |= entry.Kind == EntryKind.Epoch && Epoch.FromUntrusted(entry.Body).RegistrySize > removed;
                opener.TryTake(bytes, out IReadOnlyList<SlotItem> items);
                if (entry.Kind == EntryKind.Sealed)
                {
                    (tried, opened, before) = after ? (tried + 1, opened + Math.Min(1, items.Count), before) : (tried, opened, before + Math.Min(1, items.Count));
                }
            }
        }

        // Who could not open the earlier ones either would show nothing.
        return opened == 0 && before > 0 && tried > 0
            ? new Noticed(tried, tried, "the next epoch", $"none of {tried} slots since opens, {before} before did", TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds)
            : throw new Unnoticed(tried, tried - opened, $"{opened} of {tried} slots opened after the removal, {before} before");
    }
}
