namespace Sealway.App;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>The way to the cloud: every fetch carries one command slot of one size, usually empty, so that who relays it cannot tell when somebody commands.</summary>
internal sealed class CloudLink : IDisposable
{
    private readonly FollowClient _client;
    private readonly TlsIdentitySource? _own;

    public CloudLink(AppOptions options, Func<RegistryView> registry, TimeProvider time)
    {
        _own = options.Tls is null ? TlsIdentitySource.Of(options.Identity) : null;
        PeerCheck check = new(registry, time, sources: [Role.Cloud]);
        _client = new FollowClient(options.Home.Cloud, new TlsPolicy(options.Tls ?? _own!, RegistryCheck.Of(check), time), new PeerExpectation(options.CloudName, Role.Cloud));
    }

    /// <summary>Asks for entries.</summary>
    /// <param name="request">What for.</param>
    /// <param name="home">The home's log, which the slot is for.</param>
    /// <param name="gateway">The gateway's HPKE key; null: not known yet, and the slot, which is empty then, is sealed to nobody.</param>
    /// <param name="command">The command, or null.</param>
    /// <param name="wait">How long the cloud may wait for news.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The one answer; null where there is none.</returns>
    /// <exception cref="LinkException">The cloud cannot be reached or refuses.</exception>
    /// <exception cref="MessageException">The answer is not one, or the command does not fit a slot.</exception>
    public async Task<FollowMessage?> FetchAsync(EntriesRequest request, LogId home, PublicKey? gateway, Command? command, TimeSpan wait, CancellationToken cancellation)
    {
        byte[] slot = Seal(home, gateway, command);
        byte[] answer = await _client.PostAsync(FollowMessage.WriteSequence(new CommandSlot(home, slot), request), wait, cancellation).ConfigureAwait(false);
        return One(answer);
    }

    /// <summary>Hands over a countersignature, beside an empty command slot as in every request.</summary>
    public async Task<FollowMessage?> CountersignAsync(Append append, PublicKey? gateway, CancellationToken cancellation) =>
        One(await _client.PostAsync(FollowMessage.WriteSequence(new CommandSlot(append.Log, Seal(append.Log, gateway, null)), append), default, cancellation).ConfigureAwait(false));

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _own?.Dispose();
    }

    private static byte[] Seal(LogId home, PublicKey? gateway, Command? command)
    {
        if (gateway is not null)
        {
            return SealedCommand.Seal(home, gateway, command);
        }

        using AgreementKey nobody = AgreementKey.Generate();
        return SealedCommand.Seal(home, nobody.PublicKey, null);
    }

    private static FollowMessage? One(byte[] answer)
    {
        IReadOnlyList<FollowMessage> messages = FollowMessage.ReadSequence(answer);
        return messages.Count switch
        {
            0 => null,
            1 => messages[0],
            _ => throw new MessageException(Refusal.WrongCount, "the cloud's answer"),
        };
    }
}
