namespace Sealway.Archive.Tests.Tiles;

using Snapshot = IReadOnlyDictionary<string, byte[]>;

/// <summary>
/// What a power cut leaves of an archive's files at any operation on the disk: those whose content was flushed and whose folder was, for sure; of the others
/// each may be there or as it was before, whole or not.
/// </summary>
public sealed class PowerCutTests : IDisposable
{
    private static readonly int[] Sizes = [200, 300, 303];

    private readonly TemporaryFolder _folder = new();
    private readonly LogEntry[] _leaves = Sample.Leaves(0, 400);
    private int _tried;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_power_cut_at_any_operation_leaves_a_write_or_the_next()
    {
        List<(Snapshot Now, Snapshot Durable, int Before, int Next)> moments = [];
        string root = _folder.File("store");
        Dictionary<string, byte[]> durable = [];
        string last = string.Empty;
        (int before, int next) = (0, 0);
        await using (TileLogStore store = TileLogStore.Open(root, readOnly: false, step =>
        {
            Snapshot now = Read(root);
            Flushed(durable, now, last, step, root);
            last = step;
            moments.Add((now, new Dictionary<string, byte[]>(durable), before, next));
        }))
        {
            foreach (int size in Sizes)
            {
                next = size;
                Head head = Sample.Head(Sample.Tree(_leaves[..size]), (ulong)size);
                await store.Append(Sample.Log, (ulong)before, _leaves[before..size], new SignedHead(head), [new Note("size", BitConverter.GetBytes(size))], Ct);
                before = size;
            }
        }

        Assert.InRange(moments.Count, 40, 1000);
        HashSet<(int, int)> seen = [];
        foreach ((Snapshot now, Snapshot kept, int earlier, int later) in moments)
        {
            foreach (Snapshot left in Left(now, kept))
            {
                seen.Add((earlier, await Reopen(left, earlier, later)));
            }
        }

        // Each write was cut before it counted, and after.
        Assert.All(Sizes, size => Assert.Contains(seen, one => one.Item2 == size));
        Assert.Contains((0, 0), seen);
        Assert.Contains((200, 200), seen);
        Assert.Contains((200, 300), seen);
    }

    // A folder was flushed since the last step: its names count. A segment of heads grows in its place, and was flushed itself.
    private static void Flushed(Dictionary<string, byte[]> durable, Snapshot now, string last, string step, string root)
    {
        if (Path.IsPathRooted(last))
        {
            string folder = Path.GetRelativePath(root, last);
            bool In(string file) => (Path.GetDirectoryName(file) is { Length: > 0 } of ? of : ".") == folder;
            foreach (string gone in durable.Keys.Where(file => In(file) && !now.ContainsKey(file)).ToArray())
            {
                durable.Remove(gone);
            }

            foreach ((string file, byte[] content) in now.Where(pair => In(pair.Key)))
            {
                durable[file] = content;
            }
        }
        else if (last == step)
        {
            foreach ((string file, byte[] content) in now.Where(pair => pair.Key.EndsWith(step, StringComparison.Ordinal) && durable.ContainsKey(pair.Key) && pair.Key.Contains("heads", StringComparison.Ordinal)))
            {
                durable[file] = content;
            }
        }
    }

    private static IEnumerable<Snapshot> Left(Snapshot now, Snapshot durable)
    {
        yield return now;
        yield return durable;
        string[] pending = [.. now.Keys.Union(durable.Keys).Where(file => !(now.TryGetValue(file, out byte[]? there) && durable.TryGetValue(file, out byte[]? was) && there.AsSpan().SequenceEqual(was)))];
        foreach (string file in pending)
        {
            byte[]? was = durable.GetValueOrDefault(file);
            yield return With(now, file, was);
            if (now.TryGetValue(file, out byte[]? content) && was is not null && content.Length > was.Length && content.AsSpan().StartsWith(was))
            {
                // Grown in its place: any part of what is new, or zeros.
                yield return With(now, file, content[..((was.Length + content.Length) / 2)]);
                yield return With(now, file, [.. was, .. new byte[content.Length - was.Length]]);
            }
        }
    }

    private static Dictionary<string, byte[]> With(Snapshot files, string file, byte[]? content)
    {
        Dictionary<string, byte[]> other = new(files);
        if (content is null)
        {
            other.Remove(file);
        }
        else
        {
            other[file] = content;
        }

        return other;
    }

    private async Task<int> Reopen(Snapshot left, int earlier, int later)
    {
        string root = _folder.File($"left-{_tried++}");
        foreach ((string file, byte[] content) in left)
        {
            string path = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, content, Ct);
        }

        int size;
        await using (TileLogStore store = TileLogStore.Open(root))
        {
            size = (int)((await store.State(Sample.Log, Ct))?.Size ?? 0);
            Assert.True(size == earlier || size == later, $"{size} entries, {earlier} or {later} were stored");
            await Sample.RequireSound(store, Sample.Log, Ct);
            if (size > 0)
            {
                Assert.Equal(size, BitConverter.ToInt32(await store.Note(Sample.Log, "size", Ct)));
                Assert.Equal((ulong)size, (await store.LatestHead(Sample.Log, Ct))!.Size);
            }

            await store.Append(Sample.Log, (ulong)size, _leaves[size..(size + 60)], new SignedHead(Sample.Head(Sample.Tree(_leaves[..(size + 60)]), 1_000)), null, Ct);
            await Sample.RequireSound(store, Sample.Log, Ct);
        }

        Directory.Delete(root, recursive: true);
        return size;
    }

    private static Dictionary<string, byte[]> Read(string root) => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "lock")
        .ToDictionary(file => Path.GetRelativePath(root, file), File.ReadAllBytes);
}
