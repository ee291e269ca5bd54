namespace Sealway.Gateway.Tests.Forwarding;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>What a gateway takes for the archive's word before it frees what it keeps.</summary>
public sealed class FreeingTests
{
    private const int Sent = 1_300;
    private const ulong From = 50;

    [Fact]
    public async Task Only_what_the_named_archive_holds_by_its_own_word_is_freed()
    {
        await using TestFleet fleet = await TestFleet.CreateAsync();
        Identity sensor = await fleet.EnrolAsync(Role.Sensor, "s1");
        await fleet.Authority.AssignAsync(new Assignment(sensor.Kid, TestFleet.GatewayName, "patient-1", 0, fleet.Archive.Kid), Patience.Soon);
        Identity another = await fleet.EnrolAsync(Role.Archive, "another");
        Identity revoked = await fleet.EnrolAsync(Role.Archive, "old");
        await fleet.RevokeAsync(revoked);
        await using TestCloud cloud = await TestCloud.StartAsync(fleet);
        await using TestGateway gateway = await TestGateway.StartAsync(fleet, TestGateway.Options(fleet, cloud.Address) with { FreeArchived = true });
        await gateway.KnowsRegistryAsync();
        await using (TestSensor sending = await gateway.ConnectAsync(sensor))
        {
            for (uint i = 0; i < Sent; i++)
            {
                await sending.SendAsync(i);
            }

            await sending.StoredAsync(Sent);
        }

        await cloud.HoldsReadingsAsync(Sent);
        SignedHead latest = await cloud.HeadAsync();
        Head head = latest.Head;
        SignedHead earlier = (await cloud.Store.HeadAtOrBefore(TestCloud.Log(), head.Claims.Size - 1, null, Patience.Soon))!;

        // One after the other, and then the only true one, which holds less: all are dealt with in their order.
        Countersignature[] words =
        [
            Word(another, head, 0),
            Word(revoked, head, 0),
            Word(fleet.Cloud, head, 0),
            Word(sensor, head, 0),
            Word(fleet.Gateway, head, 0),

            // Genuine, of another head.
            Word(fleet.Archive, earlier.Head, 0),
        ];
        foreach (Countersignature word in words)
        {
            await cloud.SayAsync(new Held(TestCloud.Log(), head.Claims.Size, head, [word]));
        }

        await cloud.SayAsync(new Held(TestCloud.Log(), head.Claims.Size, head, [Word(fleet.Archive, head, From)]));
        IReadOnlyList<LogEntry> entries;
        do
        {
            await gateway.SettledAsync();
            entries = await gateway.EntriesAsync();
        }
        while (!entries.Any(entry => entry.IsBlank));

        Assert.Equal(Enumerable.Range(0, entries.Count).Select(i => (ulong)i >= From && (ulong)i < head.Claims.Size), entries.Select(entry => entry.IsBlank));
    }

    private static Countersignature Word(Identity party, Head head, ulong from) => Countersignature.Sign(party.Signing, head, head.Claims.Seconds, 1, from);
}
