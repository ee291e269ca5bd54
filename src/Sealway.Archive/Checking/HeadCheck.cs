namespace Sealway.Archive;

using Sealway.Log;
using Sealway.Messages;

/// <summary>Checks one log's heads as the tree grows: each against the root at its size, and its signatures.</summary>
internal sealed class HeadCheck(LogId log, string folder, CheckedFiles files, ArchiveCheckReport report, TileLogState state)
{
    private readonly Dictionary<Kid, (ulong Least, ulong Greatest)> _witnesses = [];
    private readonly Dictionary<ulong, List<(SignedHead Head, string Path)>> _due = [];
    private readonly Dictionary<ulong, HeadSegment?> _late = [];
    private readonly List<(SignedHead Head, string Path)> _stored = [];
    private IReadOnlyList<SignedHead> _segment = [];
    private (ulong Heads, ulong Countersignatures) _count;

    /// <summary>The newest head of the largest size so far.</summary>
    public SignedHead? Latest { get; private set; }

    /// <summary>Takes up the heads of a segment.</summary>
    public void Begin(ulong segment)
    {
        HeadSegment heads = new();
        _stored.Clear();
        _due.Clear();
        foreach (ulong file in new[] { segment }.Concat(state.Late.Where(late => late.Segment == segment).Select(late => late.File)))
        {
            // A file in which late heads lie is needed more than once.
            if (!_late.TryGetValue(file, out HeadSegment? read))
            {
                _late[file] = read = Read(file);
            }

            foreach (SignedHead head in (read?.Heads ?? []).Where(head => HeadSegment.Of(head.Size) == segment))
            {
                heads.Add(head);
                _stored.Add((head, PathOf(file)));
                _due.TryAdd(head.Size, []);
                _due[head.Size].Add(_stored[^1]);
            }
        }

        _segment = heads.Heads;
        foreach (ulong done in _late.Keys.Where(file => file <= segment && state.Late.All(late => late.File != file)).ToArray())
        {
            _late.Remove(done);
        }
    }

    /// <summary>The tree has a size.</summary>
    public void At(Frontier tree)
    {
        if (_due.Remove(tree.Size, out List<(SignedHead Head, string Path)>? heads))
        {
            byte[] root = tree.Root();
            foreach ((SignedHead head, string path) in heads.Where(one => !one.Head.Head.Root.Span.SequenceEqual(root)))
            {
                files.Problem(path, $"the head of size {head.Size} has another root than the entries");
            }
        }
    }

    /// <summary>The segment's entries are over.</summary>
    public void End(RegistryKeys keys)
    {
        foreach ((SignedHead head, string path) in _due.Values.SelectMany(heads => heads))
        {
            files.Problem(path, $"has a head of size {head.Size}, which is not held");
        }

        foreach ((SignedHead head, string path) in _stored)
        {
            Verify(keys, head.Head, path);
            foreach (Countersignature countersignature in head.Countersignatures)
            {
                Verify(keys, head, countersignature, path);
            }
        }

        foreach (SignedHead head in _segment)
        {
            Latest = Latest is null || head.Size >= Latest.Size ? head : Latest;
            _count = (_count.Heads + 1, _count.Countersignatures + (ulong)head.Countersignatures.Count);
            report.Heads++;
            report.Countersignatures += (ulong)head.Countersignatures.Count;
        }
    }

    /// <summary>Verifies a head's signature.</summary>
    public void Verify(RegistryKeys keys, Head head, string path)
    {
        try
        {
            if (head.Claims.Log != log)
            {
                throw new MessageException(Refusal.WrongLog, "head");
            }

            head.Verify(keys.Writer(log, head.Claims.Kid) ?? throw new MessageException(Refusal.UnknownKey, "head"));
        }
        catch (MessageException refusal)
        {
            files.Problem(path, $"the head of size {head.Claims.Size} is not validly signed: {refusal.Reason}");
        }
    }

    /// <summary>Compares what the state says of the heads.</summary>
    public void State(string path)
    {
        if (_count != state.Count)
        {
            files.Problem(path, $"says {state.Count.Heads} heads and {state.Count.Countersignatures} countersignatures; there are {_count.Heads} and {_count.Countersignatures}");
        }

        if (!state.Witnesses.OrderBy(one => one.Kid).SequenceEqual(_witnesses.Select(one => (one.Key, one.Value.Least, one.Value.Greatest)).OrderBy(one => one.Key)))
        {
            files.Problem(path, "names other witnesses than the heads have");
        }
    }

    private string PathOf(ulong file) => $"{folder}/{TilePath.HeadSegment(file)}";

    private HeadSegment? Read(ulong file)
    {
        if (state.Heads is not { } last || file > last.Segment)
        {
            return null;
        }

        string path = PathOf(file);
        byte[]? bytes = file == last.Segment ? files.Read(path) : files.TryRead(path);
        if (bytes is null)
        {
            return null;
        }

        HeadSegment heads = new();
        try
        {
            // The last file may grow while this reads; beyond what counts it is the writer's.
            if (file == last.Segment && (ulong)bytes.Length < last.Length)
            {
                throw new InvalidDataException($"is shorter than the {last.Length} bytes that were stored");
            }

            heads.Read(file == last.Segment ? bytes.AsMemory(0, (int)last.Length) : bytes, path);
        }
        catch (InvalidDataException damage)
        {
            files.Problem(path, damage.InnerException is null ? damage.Message : $"{damage.Message}: {damage.InnerException.Message}");
        }

        foreach (SignedHead head in heads.Heads.Where(head => HeadSegment.Of(head.Size) != file && !state.Late.Contains((HeadSegment.Of(head.Size), file))))
        {
            files.Problem(path, $"holds a head of size {head.Size}, which does not belong into it");
        }

        return heads;
    }

    private void Verify(RegistryKeys keys, SignedHead head, Countersignature countersignature, string path)
    {
        Kid kid = countersignature.Kid;
        _witnesses[kid] = _witnesses.TryGetValue(kid, out (ulong Least, ulong Greatest) range)
            ? (Math.Min(range.Least, head.Size), Math.Max(range.Greatest, head.Size))
            : (head.Size, head.Size);
        try
        {
            countersignature.Verify(keys.Witness(kid) ?? throw new MessageException(Refusal.UnknownKey, "countersignature"), head.Head);
        }
        catch (MessageException refusal)
        {
            files.Problem(path, $"the countersignature of {kid} on the head of size {head.Size} is not valid: {refusal.Reason}");
        }
    }
}
