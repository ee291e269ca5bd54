namespace Sealway.Cli.Demo;

using System.Text.Json;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The demo's end: counts what is where, measures the bytes, tries the removed member's keys, and writes and verifies a waybill.</summary>
internal sealed class DemoEnd(DemoFolders folders, DemoPlan plan, DemoView view, DemoOptions options, TextWriter output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<DemoSummary> Measure(IReadOnlyList<Part> parts, CancellationToken stop)
    {
        Part archive = parts.First(part => part.Name == "archive");
        long before = (await archive.Health(stop).ConfigureAwait(false)).Count("registrySize");

        // A status after the last reading: without it the waybill could not tell that no key was revoked meanwhile.
        await Part.Output("fleet-status", folders.Parts, Patience, ["fleet", "status", "--fleet", folders.HospitalFleet], stop).ConfigureAwait(false);
        await archive.Until("the registry's status", health => ((JsonElement?)health).Count("registrySize") > before, Patience, stop).ConfigureAwait(false);

        DemoSummary.HospitalPart hospital = Hospital();
        (double signed, double payload) = await Readings(stop).ConfigureAwait(false);
        SealedFigures figures = await SealedFigures.Measure(folders, stop).ConfigureAwait(false);
        DemoSummary.HomePart home = Home(figures);
        string waybill = await Waybill(stop).ConfigureAwait(false);
        return new DemoSummary(
            hospital,
            home,
            new DemoSummary.Bytes(Round(signed), Round(figures.BytesPerReading), Round(payload), Round(signed - payload), Round(figures.AddedPerReading), Round(figures.ReadingsPerSlot)),
            waybill);
    }

    private DemoSummary.HospitalPart Hospital() => new(
        plan.Ward.Count,
        view.Of("ward-sensors").Count("sent"),
        view.Of("ward-gateway").Count("logged"),
        view.Of("cloud").Count($"{DemoFleets.Hospital}.verified"),
        view.Of("archive").Count("archived"),
        view.Of("archive").Count("gaps"),
        view.Of("ward-gateway").Count("alarmsRaised"),
        view.Of("cloud").Count($"{DemoFleets.Hospital}.alarmsRaised"),
        view.Of("archive").Count("alarmsRaised"),
        new DemoSummary.Lag(view.Of("archive").Value("lagMs.p50"), view.Of("archive").Value("lagMs.p99")));

    private DemoSummary.HomePart Home(SealedFigures figures) => new(
        plan.Home.Count,
        view.Of("home-sensors").Count("sent"),
        figures.SealedEntries,
        view.Of("app-anna").Count("opened"),
        figures.OpenedByRemovedMemberBefore,
        figures.OpenedByRemovedMember,
        view.Of("home-gateway").Count("heatingChanges"),
        figures.SealedSizes);

    private async Task<(double Signed, double Payload)> Readings(CancellationToken stop)
    {
        SqliteLogStore store = SqliteLogStore.Open(Path.Combine(folders.DataOf("cloud-hospital"), "logs.db"));
        await using (store.ConfigureAwait(false))
        {
            return await DemoBytes.Open(store, new LogId(DemoFleets.WardGateway, 0), stop).ConfigureAwait(false);
        }
    }

    // One reading's way, from the archive: of the first patient, the last reading.
    private async Task<string> Waybill(CancellationToken stop)
    {
        string file = options.Keep is not null ? Path.Combine(folders.Root, "reading.waybill")
            : options.Json is { } json ? Path.ChangeExtension(json, "waybill")
            : Path.Combine(Path.GetTempPath(), $"sealway-{Guid.NewGuid():N}.waybill");
        File.Copy(new FleetFolder(folders.HospitalFleet).AuthorityPin, Path.ChangeExtension(file, "authority.pub"), overwrite: true);
        await Part.Output("archive-prove", folders.Parts, Patience, ["archive", "prove", Path.Combine(folders.Parts, "archive.json"), "--sensor", plan.Ward[0].Name, "--out", file], stop).ConfigureAwait(false);
        string check = await Part.Output("archive-check", folders.Parts, Patience * 2, ["archive", "check", Path.Combine(folders.Parts, "archive.json")], stop).ConfigureAwait(false);
        string way = await Part.Output("verify", folders.Parts, Patience, ["verify", file, "--authority", new FleetFolder(folders.HospitalFleet).AuthorityPin], stop).ConfigureAwait(false);
        await output.WriteLineAsync("· the archive, every stored byte read and verified again:").ConfigureAwait(false);
        await output.WriteLineAsync(check.TrimEnd()).ConfigureAwait(false);
        await output.WriteLineAsync($"· one reading's way, from its waybill {file}, by the authority's public key alone:").ConfigureAwait(false);
        await output.WriteLineAsync(way.TrimEnd()).ConfigureAwait(false);
        return file;
    }

    private static double Round(double value) => Math.Round(value, 1);
}
