namespace Sealway.Cloud.Tests;

using Sealway.Fleet;
using Sealway.Links;

/// <summary>An archive, an app or a registrar played by the test over HTTPS.</summary>
internal sealed class TestFollower(Identity identity, HostPort cloud) : IAsyncDisposable
{
    private readonly FollowClient _client = new(cloud, new TlsPolicy(TlsIdentity.From(identity.Certificate, [identity.Ca]), _ => null), new PeerExpectation("cloud", Role.Cloud));

    public Identity Identity => identity;

    public async Task<IReadOnlyList<FollowMessage>> AskAsync(params FollowMessage[] messages) => await AskAsync(TimeSpan.Zero, messages);

    public async Task<IReadOnlyList<FollowMessage>> AskAsync(TimeSpan wait, params FollowMessage[] messages) =>
        FollowMessage.ReadSequence(await Wait.Soon(_client.PostAsync(FollowMessage.WriteSequence(messages), wait)));

    public async Task<T> AskAsync<T>(FollowMessage message)
        where T : FollowMessage => Assert.IsType<T>(Assert.Single(await AskAsync(message)));

    /// <summary>Asks for what must be refused.</summary>
    public async Task<LinkException> RefusedAsync(params FollowMessage[] messages) => await Assert.ThrowsAsync<LinkException>(() => AskAsync(messages));

    /// <summary>All entries from an index on, ending at the newest head.</summary>
    public static EntriesRequest From(LogId log, ulong from) => new(log, from, Limits.LargestNumber);

    /// <summary>The countersignature of a head: an append without entries.</summary>
    public Append Countersign(Head head, ulong from = 0) => new(
        head.Claims.Log, head.Claims.Size, [], head, [Countersignature.Sign(identity.Signing, head, (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 1, from)]);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
