namespace Sealway.Cli.Demo.Attacks;

using Sealway.App;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A member of the home turned bad, paired as any other: signs, seals and relays commands of whatever content and age.</summary>
internal sealed class RogueMember : IDisposable
{
    private readonly RogueParty _party;
    private readonly PublicKey _gateway;
    private ulong _number;

    private RogueMember(RogueParty party, LogId log, PublicKey gateway)
    {
        _party = party;
        Log = log;
        _gateway = gateway;
    }

    /// <summary>The member's keys.</summary>
    public Identity Keys => _party.Keys;

    /// <summary>The home's log.</summary>
    public LogId Log { get; }

    /// <summary>Pairs a new member with the home's gateway, as its owner does.</summary>
    public static async Task<RogueMember> PairAsync(AttackScene scene, string name, CancellationToken stop)
    {
        string keys = scene.Folders.Keys(false, name);
        string code = await Done(scene, $"{name}-code", stop, "gateway", "pair", Path.Combine(scene.Folders.Parts, "home-gateway.json"), "--label", name).ConfigureAwait(false);
        await Done(scene, $"{name}-pair", stop, "app", "pair", code.Trim(), "--out", keys, "--label", name).ConfigureAwait(false);
        using Identity gateway = scene.Steal(false, DemoFleets.HomeGateway);
        return new RogueMember(new RogueParty(Identity.Load(keys), scene.Ports.HomeHttps), AppFile.Load(keys).Log, PublicKey.FromUntrusted(gateway.Agreement!.PublicKey.ToCoseKey()));
    }

    /// <summary>A command as an honest member makes it: the next number, a minute to live, over a head that the log has.</summary>
    public async Task<CommandContent> NextAsync(AttackScene scene, CancellationToken stop)
    {
        FollowMessage answer = (await _party.PostAsync(stop, Slot(null), new EntriesRequest(Log, 0, Limits.LargestNumber)).ConfigureAwait(false))[0];
        Head head = ((Append)answer).Head;
        return new CommandContent(++_number, RogueGateway.Now + 60_000, head.Claims.Size, head.Root, CommandAction.SetTarget, scene.Plan.Home[0].Subject, Number.From(21));
    }

    /// <summary>A slot that holds a command, or none.</summary>
    public CommandSlot Slot(Command? command) => new(Log, SealedCommand.Seal(Log, _gateway, command));

    /// <summary>Relays a slot, whoever made it; the cloud cannot tell.</summary>
    public Task RelayAsync(CommandSlot slot, CancellationToken stop) => _party.PostAsync(stop, slot, new EntriesRequest(Log, 0, 1));

    /// <summary>Signs a command with the member's own key and relays it.</summary>
    public Task CommandAsync(CommandContent content, CancellationToken stop) => RelayAsync(Slot(Command.Sign(Keys.Signing, Log, content)), stop);

    /// <summary>Posts anything.</summary>
    public Task<Links.LinkException?> TryAsync(CancellationToken stop, params FollowMessage[] messages) => _party.TryAsync(stop, messages);

    public void Dispose() => _party.Dispose();

    private static async Task<string> Done(AttackScene scene, string name, CancellationToken stop, params string[] arguments)
    {
        (int code, string output) = await scene.CommandAsync(name, stop, arguments).ConfigureAwait(false);
        return code == 0 ? output : throw new UserError($"{name}: {output.Trim()}");
    }
}
