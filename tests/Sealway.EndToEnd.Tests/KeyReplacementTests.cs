namespace Sealway.EndToEnd.Tests;

using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>The keys of a fleet are replaced while its parts run, each a process of its own, by the commands that an operator uses.</summary>
public sealed class KeyReplacementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Pin => _folder.File("pinned-at-the-beginning.pub");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Waybills_from_before_and_after_the_replacement_of_keys_verify_from_the_original_pin_while_everything_runs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGTERM");
        await Fleet();
        int[] ports = FreePorts.Choose(3);
        await using RunningPart cloud = RunningPart.Start("cloud", _folder.Path, new JsonObject
        {
            ["fleets"] = new JsonArray(new JsonObject { ["identity"] = "cloud", ["data"] = "cloud-data", ["mqtt"] = Local(ports[0]), ["https"] = Local(ports[1]) }),
        });
        await using RunningPart registrar = RunningPart.Start("registrar", _folder.Path, new JsonObject { ["fleet"] = "fleet", ["cloud"] = Local(ports[1]), ["statusEvery"] = "1s" });
        await using RunningPart archive = RunningPart.Start("archive", _folder.Path, new JsonObject { ["identity"] = "records", ["data"] = "archive-data", ["cloud"] = Local(ports[1]) });
        await using RunningPart sensor = RunningPart.Start("sensor", _folder.Path, new JsonObject
        {
            ["sensors"] = new JsonArray(new JsonObject { ["identity"] = "monitor-1", ["gateway"] = Local(ports[2]), ["gatewayName"] = "ward-3" }),
        });
        Kid before;
        ulong size;
        await using (RunningPart gateway = Gateway("ward-3", ports))
        {
            await gateway.Until("readings that the archive has", health => health.GetProperty("countersignedByArchive").GetUInt64() > 10);
            await Prove("before.waybill", _ => true);
            before = Writer("before.waybill");

            // The authority's key is replaced while all of them run; the news comes to the gateway.
            File.Copy(_folder.File("fleet/authority.key"), _folder.File("old-authority.key"));
            await Sealway("fleet", "rotate");
            await Sealway("fleet", "rekey", "registrar");
            ulong registry = (await View()).Size;
            await registrar.Until("the rotated registry at the cloud", health => health.GetProperty("published").GetUInt64() >= registry);
            await gateway.Until("the rotated registry", health => health.GetProperty("registrySize").GetUInt64() >= registry);
            await gateway.Stop();
        }

        // Its last state is on its disk; what counts of the old key is told with the new one.
        await Sealway("fleet", "rekey", "ward-3", "--from", "ward-3", "--out", "ward-3.new");
        await using (RunningPart gateway = Gateway("ward-3.new", ports))
        {
            size = (await gateway.Until("its first signature", health => health.GetProperty("signs").GetBoolean())).GetProperty("size").GetUInt64();
            await gateway.Until("readings that the archive has", health => health.GetProperty("countersignedByArchive").GetUInt64() > size + 10);
            Assert.Equal(0ul, (await gateway.Until("its health", _ => true)).GetProperty("generation").GetUInt64());
            await Prove("after.waybill", writer => writer != before);
        }

        using Identity next = Identity.Load(_folder.File("ward-3.new"));
        Assert.Equal(next.Kid, Writer("after.waybill"));

        // The day on which the authority's folder is stolen: the parts go on, and the recovery reaches them.
        await Sealway("fleet", "recover", "--recovery-key", "recovery.key");
        await using (RunningPart gateway = Gateway("ward-3.new", ports))
        {
            ulong registry = (await View()).Size;
            await registrar.Until("the recovered registry at the cloud", health => health.GetProperty("published").GetUInt64() >= registry);
            size = (await gateway.Until("the recovered registry", health => health.GetProperty("registrySize").GetUInt64() >= registry && health.GetProperty("signs").GetBoolean())).GetProperty("size").GetUInt64();
            await gateway.Until("readings that the archive has", health => health.GetProperty("countersignedByArchive").GetUInt64() > size + 5);
            await Prove("recovered.waybill", _ => true);
        }

        foreach (string waybill in new[] { "before.waybill", "after.waybill", "recovered.waybill" })
        {
            Assert.Contains("final", await Sealway("verify", waybill, "--authority", Pin), StringComparison.Ordinal);
        }

        // What the old key would state now has no effect, and everyone can see that.
        RegistryView view = await View();
        using SigningKey old = SigningKey.FromPem(await File.ReadAllTextAsync(_folder.File("old-authority.key"), Ct));
        Entry late = Statement.Sign(old, view.Log, view.Size, view.LastAt, new Revocation(next.Kid, view.LastAt, "by a thief"));
        RegistryView after = view.Preview([late.Bytes]);
        Assert.Null(after.WithdrawalOf(next.Kid));
        Assert.Equal(Refusal.WrongSigner, Assert.Single(after.Anomalies).Reason);
        Assert.Equal(3, view.Parties.Count(party => party.Role == Role.Authority));
        Assert.Equal("registrar-2", Assert.Single(view.Parties, party => party.Role == Role.Registrar && view.WithdrawalOf(party.Kid) is null).Name);
    }

    private static string Local(int port) => $"127.0.0.1:{port}";

    private async Task Fleet()
    {
        await Sealway("fleet", "init", "hospital");
        File.Copy(_folder.File("fleet/authority.pub"), Pin);
        File.Move(_folder.File("fleet/recovery.key"), _folder.File("recovery.key"));
        await Sealway("fleet", "enrol", "cloud", "cloud", "--out", "cloud", "--host", "127.0.0.1");
        await Sealway("fleet", "enrol", "gateway", "ward-3", "--out", "ward-3", "--host", "127.0.0.1");
        await Sealway("fleet", "enrol", "archive", "records", "--out", "records");
        await Sealway("fleet", "enrol", "sensor", "monitor-1", "--out", "monitor-1");
        await Sealway("fleet", "assign", "monitor-1", "--gateway", "ward-3", "--subject", "patient-17", "--archive", "records");
    }

    private RunningPart Gateway(string identity, int[] ports) => RunningPart.Start("gateway", _folder.Path, new JsonObject
    {
        ["identity"] = identity,
        ["data"] = "gateway-data",
        ["cloud"] = Local(ports[0]),
        ["sensors"] = new JsonObject { ["listen"] = new JsonArray(Local(ports[2])) },
    });

    // The archive proves what it has; the newest reading may still be on its way.
    private async Task Prove(string waybill, Func<Kid, bool> wanted)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        while (true)
        {
            File.Delete(_folder.File(waybill));
            ProcessRun run = await Run(["archive", "prove", "archive.json", "--sensor", "monitor-1", "--out", waybill], limit.Token);
            if (run.Code == 0 && wanted(Writer(waybill)))
            {
                return;
            }

            Assert.False(limit.IsCancellationRequested, run.Output + run.Error);
        }
    }

    private Kid Writer(string waybill) => WaybillJudge.Check(File.ReadAllBytes(_folder.File(waybill)), PublicKey.FromPem(File.ReadAllText(Pin), KeyUse.Sign)).Writer.Kid;

    private async Task<RegistryView> View()
    {
        await using Registrar registrar = await Registrar.OpenAsync(new FleetFolder(_folder.File("fleet")), default, TimeProvider.System, Ct);
        return registrar.Registry.Current;
    }

    private async Task<string> Sealway(params string[] arguments)
    {
        ProcessRun run = await Run(arguments, Ct);
        Assert.True(run.Code == 0, $"sealway {string.Join(' ', arguments)}: {run.Error}");
        return run.Output;
    }

    private Task<ProcessRun> Run(string[] arguments, CancellationToken ct) =>
        ProcessRun.Of("dotnet", [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), .. arguments], _folder.Path, cancellation: ct);
}
