namespace Sealway.Cloud.Tests.Following;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;

/// <summary>Each write of a registrar fails once, in its two ways, while it states, signs and publishes; the next one goes on from what is stored.</summary>
public sealed class PublisherWriteFailureTests
{
    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task Whichever_write_fails_the_next_registrar_goes_on_and_what_was_published_is_never_contradicted(Fault fault)
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        FleetFolder folder = new(rig.FleetFolder);
        List<ReadOnlyMemory<byte>> heads = [];
        int write = 0;
        for (bool failed = true; failed; write++)
        {
            int at = write;
            failed = await RunAsync(rig, folder, store => store.FailWrite(at, fault), heads);
            Assert.False(await RunAsync(rig, folder, _ => { }, heads));
            LogState published = (await rig.Tenant.Store.State(rig.Registry, default))!;
            LogState here = (await rig.Authority.Registrar.Store.State(rig.Registry, default))!;
            Assert.Equal((here.Size, here.Frontier.Root()), (published.Size, published.Frontier.Root()), (left, right) => left.Item1 == right.Item1 && left.Item2.SequenceEqual(right.Item2));
            Assert.Empty(await rig.Tenant.Store.Forks(rig.Registry, default));
            Assert.Equal(0ul, rig.Count("forks"));
        }

        Assert.InRange(write, 3, 30);

        // Each head that was ever shown is one of the tree as it is now.
        Assert.All(heads.Select(Head.FromUntrusted), head => Assert.Equal(
            head.Root.ToArray(), rig.Authority.Registrar.Store.HeadAt(rig.Registry, head.Claims.Size, default).AsTask().GetAwaiter().GetResult()!.Head.Root.ToArray()));
    }

    /// <summary>A status, a head, and all of it brought to the cloud, by a registrar that is opened for it.</summary>
    /// <returns>Whether a write failed.</returns>
    private static async Task<bool> RunAsync(FleetRig rig, FleetFolder folder, Action<FaultyStore> plan, List<ReadOnlyMemory<byte>> heads)
    {
        FaultyStore? store = null;
        ILogStore Wrap(ILogStore inner)
        {
            plan(store = new FaultyStore(inner));
            return store;
        }

        await using Registrar registrar = await Registrar.OpenAsync(Identity.Load(folder.Registrar), folder.RegistryStore, TimeProvider.System, default, Wrap);
        using RegistryPublisher publisher = new(registrar, rig.Tenant.Https, "cloud", TimeProvider.System);
        bool failed = false;
        try
        {
            await registrar.StatusAsync();
            await registrar.SignAsync();
            await Wait.Soon(publisher.PublishAsync());
        }
        catch (IOException)
        {
            failed = true;
        }

        if ((await rig.Tenant.Store.LatestHead(rig.Registry, default)) is { } head)
        {
            heads.Add(head.Head.Bytes);
        }

        return failed;
    }
}
