namespace Sealway.Archive.Tests.Proving;

using Sealway.Archive.Tests.Roles;
using Sealway.Fleet;

public sealed class ArchiveProveTests(ProvenWard proven) : IClassFixture<ProvenWard>
{
    private readonly Ward _ward = proven.Ward;
    private readonly string _data = proven.Data;
    private readonly ArchiveProve _prove = proven.Prove;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Kid Sensor => _ward.Sensors["hr-1"].PublicKey.Kid;

    [Fact]
    public async Task A_waybill_shows_the_challenge_and_the_answer_and_so_how_fresh_its_reading_is()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address);
        ulong at = (ulong)ward.Time.GetUtcNow().ToUnixTimeMilliseconds() + 1_000;
        byte[] nonce = [1, 2, 3, 4, 5, 6, 7, 8];
        SigningKey key = ward.Sensors["hr-1"];
        Entry Logged(uint sequence, ulong after, byte[]? answer = null) => Entry.Create(
            EntryKind.Reading, at + after, Reading.Sign(key, new ReadingNumber(1, sequence), [new Measurement("hr", "beat/min", Number.From(70))], answer ?? []).Bytes);
        await ward.Writer.AppendAsync(
            _ => [Logged(0, 0), Ward.Event(at, new ChallengeEvent(nonce)), Logged(1, 100), Logged(2, 200, nonce), Logged(3, 1_000), Logged(4, 151_000)], null, Ct);
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await cloud.TakeAsync();
            await archive.Until("archived", 5);
            await cloud.FinalAsync();
            await cloud.FinalAsync(ward.Archive.RegistryLog, ward.Authority.Registry.Size);
        }

        await using ArchiveProve prove = await ArchiveProve.OpenAsync(options.DataFolder, ward.Archive.RegistryLog, ward.Archive.Authority, Ct);
        Freshness[] verdicts = new Freshness[8];
        foreach (ulong index in new ulong[] { 2, 4, 5, 6, 7 })
        {
            WaybillReport report = WaybillJudge.Check((await prove.ProveAsync(ward.Log, [index], Ct))!.ToArray(), ward.Archive.Authority);
            verdicts[index] = report.Entries.Single(entry => entry.Index == index).Judged.Verdict.Freshness;
            Assert.Equal(verdicts[index] == Freshness.Unproven, report.NotChecked.Any(one => one.Contains("fresh", StringComparison.Ordinal)));
            ulong[] shown = index switch { 2 or 4 => [index], 5 => [3, 5], _ => [3, 5, index] };
            Assert.Equal(shown, report.Entries.Select(entry => entry.Index));
        }

        Assert.Equal([Freshness.Unproven, Freshness.Unproven, Freshness.Fresh, Freshness.Fresh, Freshness.Stale], [verdicts[2], verdicts[4], verdicts[5], verdicts[6], verdicts[7]]);
    }

    [Fact]
    public async Task A_reading_is_found_by_its_number_and_its_waybill_proves_it()
    {
        Party sensor = _prove.FindSensor("hr-1")!;
        Assert.Equal(sensor, _prove.FindSensor(Sensor.ToString()));
        foreach (uint sequence in new uint[] { 0, 1, 57, 250, 399, 400, 599 })
        {
            FoundReading found = Assert.Single(await _prove.FindAsync(sensor.Kid, new ReadingNumber(1, sequence), Ct));
            Assert.Equal(sequence < 400 ? 0ul : 1ul, found.Log.Generation);
            Waybill waybill = (await _prove.ProveAsync(found.Log, [found.Index], Ct))!;
            WaybillReport report = WaybillJudge.Check(waybill.ToArray(), _ward.Archive.Authority);
            WaybillEntry entry = Assert.Single(report.Entries);
            Assert.Equal((sensor.Kid, new ReadingNumber(1, sequence)), (entry.Judged.Reading!.Kid, entry.Judged.Reading.Number));
            Assert.True(entry.Judged.Verdict.IsValid);
            Assert.True(entry.IsFinal);
            Assert.Equal("patient of hr-1", entry.Assignment!.Subject);
            Assert.Equal(["archive", "cloud"], report.Witnesses.Select(one => one.Party.Name).Order());
        }

        Assert.Empty(await _prove.FindAsync(sensor.Kid, new ReadingNumber(1, 600), Ct));
        Assert.Empty(await _prove.FindAsync(sensor.Kid, new ReadingNumber(2, 0), Ct));
        Assert.Null(_prove.FindSensor("hr-9"));
        Assert.Null(_prove.FindSensor("ward-3"));
    }

    [Fact]
    public async Task A_reading_is_found_by_the_time_nearest_to_it()
    {
        // hr-1 is logged at 1, 11, 21 … seconds after the start.
        foreach ((int seconds, uint sequence) in new[] { (-5, 0u), (1, 0u), (5, 0u), (7, 1u), (2001, 200u), (2505, 250u), (3996, 399u), (3997, 400u), (5991, 599u), (100_000, 599u) })
        {
            FoundReading found = (await _prove.FindAsync(Sensor, proven.Start.AddSeconds(seconds), Ct))!;
            Assert.Equal((seconds, sequence), (seconds, found.Reading.Number.Sequence));
        }

        using SigningKey stranger = SigningKey.Generate();
        Assert.Null(await _prove.FindAsync(stranger.PublicKey.Kid, DateTimeOffset.UnixEpoch, Ct));
    }

    [Fact]
    public async Task Several_entries_of_one_log_are_proved_together()
    {
        LogId log = _ward.Log with { Generation = 0 };
        Waybill waybill = (await _prove.ProveAsync(log, [5, 2, 700, 3], Ct))!;
        WaybillReport report = WaybillJudge.Check(waybill.ToArray(), _ward.Archive.Authority);
        Assert.Equal([2ul, 3, 5, 700], report.Entries.Select(entry => entry.Index));
        await Assert.ThrowsAsync<MessageException>(() => _prove.ProveAsync(log, [1_000_000], Ct));
        await Assert.ThrowsAsync<MessageException>(() => _prove.ProveAsync(log, [], Ct));
    }

    [Fact]
    public async Task A_damaged_archive_proves_nothing_rather_than_something_false()
    {
        LogId log = _ward.Log with { Generation = 0 };
        SignedHead head = (await ProofHeadAsync(log))!;
        string[] files = ["tile/entries/000", "tile/0/000", TilePath.HeadSegment(HeadSegment.Of(head.Size))];
        foreach (string file in files)
        {
            string path = Path.Combine(_data, "logs", "ward-3", "0", file);
            byte[] bytes = await File.ReadAllBytesAsync(path, Ct);
            byte[] damaged = [.. bytes];

            // In the first reading, in a hash of its path, in the last countersignature.
            damaged[file.StartsWith("heads", StringComparison.Ordinal) ? bytes.Length - 20 : file == "tile/entries/000" ? 200 : 100] ^= 1;
            await File.WriteAllBytesAsync(path, damaged, Ct);
            await Assert.ThrowsAsync<InvalidDataException>(async () =>
            {
                await using ArchiveProve prove = await ArchiveProve.OpenAsync(_data, _ward.Archive.RegistryLog, _ward.Archive.Authority, Ct);
                await prove.ProveAsync(log, [2], Ct);
            });
            await File.WriteAllBytesAsync(path, bytes, Ct);
        }
    }

    [Fact]
    public async Task Another_authority_has_no_registry_here()
    {
        using SigningKey other = SigningKey.Generate();
        await Assert.ThrowsAsync<InvalidDataException>(() => ArchiveProve.OpenAsync(_data, _ward.Archive.RegistryLog, other.PublicKey, Ct));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ArchiveProve.OpenAsync(_ward.Folder.File("nothing"), _ward.Archive.RegistryLog, _ward.Archive.Authority, Ct));
    }

    private async Task<SignedHead?> ProofHeadAsync(LogId log)
    {
        await using TileLogStore store = TileLogStore.OpenToRead(Path.Combine(_data, "logs"));
        return await store.HeadAtOrAfter(log, 3, _ward.Archive.Kid, Ct);
    }
}
