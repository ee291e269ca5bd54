namespace Sealway.Cli.Demo.Attacks;

using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.App;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// The cloud keeps the epochs' keys from a member: once by leaving the entry out, once by giving its hash alone. A second device with Anna's
/// keys is pointed at the hostile cloud, so that her own goes on.
/// </summary>
/// <param name="target">Not needed: the home has a log of its own.</param>
/// <param name="relayed">Takes the command slots that the cloud is given to relay.</param>
internal sealed class WithheldEpoch(OperatorTarget target, ConcurrentQueue<CommandSlot> relayed) : OperatorAttack(target)
{
    private const string App = "app-misled";
    private const int Tries = 2;

    public override string Name => "an epoch withheld from an app";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        HostileCloud cloud = await HostileCloud.StartAsync(scene, false, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            LogId log = Copy(scene, cloud.Port);
            bool blank = false;
            cloud.Instead = async (request, ct) =>
            {
                FollowMessage? honest = await cloud.HonestAsync(request, ct).ConfigureAwait(false);
                return honest is Append append && append.Log == log
                    ? append with { Entries = blank ? Blanked(append) : LeftOut(append) }
                    : honest;
            };
            Part part = await scene.StartAsync("app", App, new JsonObject { ["identity"] = scene.Folders.Keys(false, App), ["data"] = scene.Folders.DataOf(App) }, stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                LineEye lines = new(part.LogFile, part.Name, fromTheBeginning: true);
                Noticed left = await lines.See("following is interrupted: ", 1, stop).ConfigureAwait(false);
                LineEye blanks = LineEye.LogOf(part);
                blank = true;
                Noticed closed = await blanks.See(nameof(Refusal.UnexpectedBlank), 1, stop).ConfigureAwait(false);
                foreach (CommandSlot slot in cloud.Commands)
                {
                    relayed.Enqueue(slot);
                }

                JsonElement? health = await part.Health(stop).ConfigureAwait(false);
                return health.Count("slotsOpened") == 0
                    ? new Noticed(Tries, Tries, App, $"{left.How}; {closed.How}", Math.Max(left.AfterMs, closed.AfterMs))
                    : throw new Unnoticed(Tries, 1, $"{health.Count("slotsOpened")} slots were opened without their epoch");
            }
        }
    }

    private static LogId Copy(AttackScene scene, int port)
    {
        string to = scene.Folders.Keys(false, App);
        PrivateFile.CreateFolder(to);
        foreach (string file in Directory.EnumerateFiles(scene.Folders.Keys(false, "app-anna")))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        AppFile home = AppFile.Load(to) with { Cloud = HostPort.Parse(AttackScene.Local(port)) };
        home.Save(to);
        return home.Log;
    }

    // The entry beside it in its place, so that the size fits.
    private static AppendEntry[] LeftOut(Append append) =>
        [.. append.Entries.Select((entry, i) => IsEpoch(entry) ? append.Entries[i > 0 ? i - 1 : append.Entries.Count - 1] : entry)];

    private static AppendEntry[] Blanked(Append append) =>
        [.. append.Entries.Select(entry => IsEpoch(entry) ? AppendEntry.Blank(LogEntry.Of(entry.Bytes).Hash) : entry)];

    private static bool IsEpoch(AppendEntry entry) => !entry.IsBlank && Entry.FromUntrusted(entry.Bytes).Kind is EntryKind.Epoch or EntryKind.Grant;
}
