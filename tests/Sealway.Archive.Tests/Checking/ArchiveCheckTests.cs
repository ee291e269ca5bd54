namespace Sealway.Archive.Tests.Checking;

using Sealway.Alarms;
using Sealway.Archive.Tests.Roles;

public sealed class ArchiveCheckTests : IAsyncLifetime
{
    private Ward _ward = null!;
    private string _data = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An archive with everything in it that can be: full and partial tiles, blanks, notes, a fork, late heads, verdicts.</summary>
    public async ValueTask InitializeAsync()
    {
        _ward = await Ward.MakeAsync("hr-1", "hr-2");
        ArchiveOptions options;
        await using (TestCloud cloud = await TestCloud.StartAsync(_ward))
        {
            options = _ward.Options(cloud.Address);
            await using RunningArchive archive = await RunningArchive.StartAsync(options, _ward.Time);
            await _ward.Readings("hr-1", [.. Enumerable.Repeat(70.0, 90)]);
            await cloud.TakeAsync();
            await cloud.FinalAsync();
            await _ward.Readings("hr-2", [.. Enumerable.Repeat(71.0, 180)]);
            await cloud.TakeAsync();
            await cloud.FinalAsync();
            await _ward.Readings("hr-1", 72, 73);
            await cloud.TakeAsync();
            await cloud.FinalAsync();
            await archive.Until("archived", 272);
            await cloud.FinalAsync(_ward.Archive.RegistryLog, _ward.Authority.Registry.Size);
        }

        _data = options.DataFolder;
        await using TileLogStore store = TileLogStore.Open(Path.Combine(_data, "logs"));
        await store.Append(_ward.Log, 274, [], null, [new Note("a-note", [1, 2, 3])], Ct);
        SignedHead first = (await store.HeadAtOrAfter(_ward.Log, 1, null, Ct))!;
        Head late = Head.Sign(_ward.Gateway.Signing, first.Head.Claims with { Seconds = first.Head.Claims.Seconds + 1 }, first.Head.Root.Span);
        await store.PutHead(_ward.Log, new SignedHead(late, [Countersignature.Sign(_ward.Cloud.Signing, late, 1, 1, 0)]), Ct);
        Head other = Head.Sign(_ward.Gateway.Signing, first.Head.Claims, new byte[32]);
        await store.PutFork(new ForkEvidence(_ward.Log, first.Head, other, 0, [Testing.Sample.Leaf(0), LogEntry.Blank(new byte[32])], 0), Ct);
        await store.Blank(_ward.Log, 20, 22, Ct);
    }

    public async ValueTask DisposeAsync() => await _ward.DisposeAsync();

    [Fact]
    public async Task A_sound_archive_is_read_whole()
    {
        List<ArchiveCheckProgress> progress = [];
        ArchiveCheckReport report = await Check(progress.Add);
        Assert.Empty(report.Problems);
        Assert.True(report.IsSound);
        Assert.Equal((2, 2ul, 1), (report.Logs, report.Blanks, report.Forks));
        Assert.Equal(272 + _ward.Authority.Registry.Size, report.Entries);
        Assert.Equal(270ul, report.Readings);
        string[] files = [.. Directory.EnumerateFiles(_data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock")];
        Assert.Equal(((ulong)files.Length, (ulong)files.Sum(file => new FileInfo(file).Length)), (report.Files, report.Bytes));
        Assert.Contains(progress, one => one.Log == _ward.Log && one.Done == 274 && one.Of == 274);
        Assert.True(report.Heads >= 5);
        Assert.True(report.Countersignatures >= 6);
    }

    [Fact]
    public async Task Every_flipped_byte_is_found()
    {
        string[] files = [.. Directory.EnumerateFiles(_data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock").Order(StringComparer.Ordinal)];
        string[] kinds = ["head", "state", "tile/0/000", "tile/0/001.p/", "tile/1/000.p/", "tile/entries/000", "tile/entries/001.p/", "heads/000", "heads/001", "notes/", "blanks/", "forks/", "judged/"];
        Assert.All(kinds, kind => Assert.Contains(files, file => Name(file).Contains(kind, StringComparison.Ordinal)));
        Random random = new(1);
        foreach (string file in files)
        {
            byte[] bytes = await File.ReadAllBytesAsync(file, Ct);
            foreach (int at in new[] { 0, 1, random.Next(bytes.Length), bytes.Length - 1 }.Distinct())
            {
                byte[] flipped = [.. bytes];
                flipped[at] ^= (byte)(1 << random.Next(8));
                await File.WriteAllBytesAsync(file, flipped, Ct);
                ArchiveCheckReport report = await Check();
                Assert.False(report.IsSound, $"{Name(file)}, byte {at} of {bytes.Length}");
                Assert.True(report.Problems.Any(problem => problem.File == Name(file)), $"{Name(file)}, byte {at}: {string.Join("; ", report.Problems.Take(5))}");
            }

            await File.WriteAllBytesAsync(file, bytes, Ct);
        }

        Assert.True((await Check()).IsSound);
    }

    [Fact]
    public async Task A_file_that_is_missing_cut_short_longer_or_strange_is_found()
    {
        string[] files = [.. Directory.EnumerateFiles(_data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock" && !Name(file).StartsWith("judged", StringComparison.Ordinal))];
        foreach (string file in files)
        {
            byte[] bytes = await File.ReadAllBytesAsync(file, Ct);
            await File.WriteAllBytesAsync(file, bytes[..^1], Ct);
            Assert.False((await Check()).IsSound, $"{Name(file)} cut short");

            // The last file of heads may be longer: a writer beside the check appends to it.
            if (!Name(file).EndsWith("heads/001", StringComparison.Ordinal) && !Name(file).Contains("st-anna/0/heads", StringComparison.Ordinal))
            {
                await File.WriteAllBytesAsync(file, [.. bytes, 0], Ct);
                Assert.False((await Check()).IsSound, $"{Name(file)} longer");
            }

            File.Delete(file);
            bool isOldPartial = Path.GetFileName(Path.GetDirectoryName(file))!.EndsWith(".p", StringComparison.Ordinal) && Directory.GetFiles(Path.GetDirectoryName(file)!).Length > 0;
            Assert.True(isOldPartial || !(await Check()).IsSound, $"{Name(file)} missing");
            await File.WriteAllBytesAsync(file, bytes, Ct);
        }

        foreach (string stranger in new[] { "logs/stranger", "logs/ward-3/stranger", "logs/ward-3/0/stranger", "logs/ward-3/0/tile/0/002", "logs/ward-3/0/tile/0/001.p/200", "logs/ward-3/0/heads/002", "judged/stranger" })
        {
            string file = Path.Combine(_data, stranger);
            await File.WriteAllBytesAsync(file, [1], Ct);
            Assert.Equal([stranger], (await Check()).Problems.Select(problem => problem.File));
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_entry_put_under_its_own_hash_is_found_by_the_root()
    {
        // Whoever can write the disk makes bundle, tile and state fit each other; what the gateway signed they cannot make.
        string log = Path.Combine(_data, "logs", "ward-3", "0");
        await using (TileLogStore held = TileLogStore.OpenToRead(Path.Combine(_data, "logs")))
        {
            IReadOnlyList<LogEntry> entries = await held.Read(_ward.Log, 0, 274, int.MaxValue, Ct);
            IReadOnlyList<SignedHead> heads = await held.Heads(_ward.Log, 0, 274, 100, Ct);
            LogEntry[] forged = [.. entries.Take(5), Testing.Sample.Leaf(5), .. entries.Skip(6)];
            Directory.Delete(log, recursive: true);
            await using TileLogStore made = TileLogStore.Open(Path.Combine(_data, "logs"));
            await made.Append(_ward.Log, 0, forged, null, null, Ct);
            foreach (SignedHead head in heads)
            {
                await made.PutHead(_ward.Log, head, Ct);
            }
        }

        ArchiveCheckReport report = await Check();
        Assert.Contains(report.Problems, problem => problem.File == "logs/ward-3/0/heads/001" && problem.What.Contains("another root", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_authority_finds_nothing_signed()
    {
        using SigningKey other = SigningKey.Generate();
        ArchiveCheckReport report = await ArchiveCheck.RunAsync(_data, _ward.Archive.RegistryLog, other.PublicKey, AlarmRules.Ward, null, Ct);
        Assert.False(report.IsSound);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ArchiveCheck.RunAsync(_ward.Folder.File("nothing"), _ward.Archive.RegistryLog, other.PublicKey, AlarmRules.Ward, null, Ct));
    }

    [Fact]
    public async Task A_check_can_run_beside_the_archive()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_ward);
        await using RunningArchive archive = await RunningArchive.StartAsync(_ward.Options(cloud.Address), _ward.Time);
        Task<List<ArchiveCheckReport>> checking = Task.Run(
            async () =>
            {
                List<ArchiveCheckReport> reports = [];
                for (int i = 0; i < 10; i++)
                {
                    reports.Add(await Check());
                }

                return reports;
            },
            Ct);
        for (int i = 0; i < 40; i++)
        {
            await _ward.Readings("hr-1", 70, 71, 72, 73, 74, 75, 76, 77, 78);
            await cloud.TakeAsync();
            await cloud.FinalAsync();
        }

        Assert.All(await checking, report => Assert.Empty(report.Problems));
        await archive.Until("archived", 272 + 360 - 2);
    }

    private Task<ArchiveCheckReport> Check(Action<ArchiveCheckProgress>? progress = null) =>
        ArchiveCheck.RunAsync(_data, _ward.Archive.RegistryLog, _ward.Archive.Authority, AlarmRules.Ward, progress, Ct);

    private string Name(string file) => Path.GetRelativePath(_data, file).Replace('\\', '/');
}
