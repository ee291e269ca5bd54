namespace Sealway.Cli.Demo.Attacks;

using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Whoever has the keys of an app or an archive: connects to the cloud's HTTPS as that party and posts whatever it likes.</summary>
internal sealed class RogueParty : IDisposable
{
    private readonly TlsIdentity _tls;
    private readonly FollowClient _client;

    public RogueParty(Identity keys, int port)
    {
        Keys = keys;
        _tls = TlsIdentity.From(new X509Certificate2(keys.Certificate), [new X509Certificate2(keys.Ca)]);
        _client = new FollowClient(HostPort.Parse(AttackScene.Local(port)), new TlsPolicy(_tls, _ => null), new PeerExpectation(null, Role.Cloud));
    }

    /// <summary>The stolen keys.</summary>
    public Identity Keys { get; }

    /// <summary>Posts messages, and gives the answers.</summary>
    /// <exception cref="LinkException">The cloud refuses; the reason is its own.</exception>
    public async Task<IReadOnlyList<FollowMessage>> PostAsync(CancellationToken stop, params FollowMessage[] messages) =>
        FollowMessage.ReadSequence(await _client.PostAsync(FollowMessage.WriteSequence(messages), default, stop).ConfigureAwait(false));

    /// <summary>The same where it may be refused: the reason, or null.</summary>
    public async Task<LinkException?> TryAsync(CancellationToken stop, params FollowMessage[] messages)
    {
        try
        {
            _ = await PostAsync(stop, messages).ConfigureAwait(false);
            return null;
        }
        catch (LinkException refused)
        {
            return refused;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _tls.Dispose();
        Keys.Dispose();
    }
}
