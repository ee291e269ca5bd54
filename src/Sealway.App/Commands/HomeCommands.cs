namespace Sealway.App;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>What this member asks of the home's gateway, in the words that people use for rooms and members.</summary>
internal sealed class HomeCommands(CommandQueue queue, HomeReading reading, Func<RegistryView> registry)
{
    // So many keys of epochs in a grant fit a command slot with room to spare.
    private const int KeysAGrant = 12;

    public Task<Refusal> SetTargetAsync(string room, Number target, CancellationToken cancellation)
    {
        string subject = NameOf(room);
        return queue.Add(content => content with { Action = CommandAction.SetTarget, Subject = subject, Target = target }).WaitAsync(cancellation);
    }

    public Task<Refusal> RemoveMemberAsync(string member, CancellationToken cancellation)
    {
        Kid kid = Member(member).Kid;
        return queue.Add(content => content with { Action = CommandAction.RemoveMember, Member = kid }).WaitAsync(cancellation);
    }

    public async Task<Refusal> GrantAsync(string newcomer, DateTimeOffset? from, CancellationToken cancellation)
    {
        Party party = Member(newcomer);
        PublicKey key = party.Agreement ?? throw new MessageException(Refusal.UnknownKey, "newcomer: HPKE key");
        if (from is not { } since)
        {
            return Refusal.None;
        }

        EpochsBefore before = reading.Before(party.EnrolledAt, (ulong)Math.Max(0, since.ToUnixTimeMilliseconds()));
        foreach (EpochId[] some in before.Epochs.Chunk(KeysAGrant))
        {
            byte[] grant = reading.MakeGrant(before.Log, before.Current, key, some);
            Refusal outcome = await queue.Add(content => content with { Action = CommandAction.Grant, Grant = grant }).WaitAsync(cancellation).ConfigureAwait(false);
            if (outcome != Refusal.None)
            {
                return outcome;
            }
        }

        return Refusal.None;
    }

    private Party Member(string name)
    {
        RegistryView view = registry();
        return view.FindByName(NameOf(name), Role.App) is { } party && view.WithdrawalOf(party.Kid) is null
            ? party
            : throw new MessageException(Refusal.UnknownKey, "there is no such member");
    }

    // A label stands for its name where it is nobody else's.
    private string NameOf(string nameOrLabel)
    {
        string[] names = reading.Look(view => view.Labels.Where(pair => pair.Value == nameOrLabel).Select(pair => pair.Key).ToArray());
        return names.Length == 1 ? names[0] : nameOrLabel;
    }
}
