namespace Sealway.Archive;

using System.Collections.Immutable;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// One log's folder and its one writer. Each write puts the data files first and then the state, which alone decides what
/// counts; a crash in between leaves files that nothing names, and the next write puts its own over them.
/// </summary>
internal sealed class TileLog : IDisposable
{
    private static readonly TileLogState Empty = new() { Start = new Frontier(), Frontier = new Frontier() };

    private readonly LogId _log;
    private readonly string _folder;
    private readonly bool _readOnly;
    private readonly Action<string>? _step;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile TileLogView _view = TileLogView.Nothing;
    private bool _uncertain;
    private bool _closed;

    public TileLog(LogId log, string folder, bool readOnly, Action<string>? step)
    {
        _log = log;
        _folder = folder;
        _readOnly = readOnly;
        _step = step;
        Files = new TileLogFiles(folder);
        Reload();
    }

    public TileLogView View => _view;

    public TileLogFiles Files { get; }

    public ValueTask Start(Frontier frontier, SignedHead head, CancellationToken ct) => Write(
        files =>
        {
            if (_view.State is { } held)
            {
                throw new LogStoreConflictException(_log, frontier.Size, held.Size);
            }

            Commit(files, WithHead(files, _view with { State = Empty with { Start = frontier, Frontier = frontier } }, head));
        },
        ct);

    public ValueTask Append(ulong from, IReadOnlyList<LogEntry> entries, SignedHead? head, IReadOnlyList<Note> notes, CancellationToken ct) => Write(
        files =>
        {
            TileLogState state = _view.State ?? Empty;
            if (state.Size != from)
            {
                throw new LogStoreConflictException(_log, from, state.Size);
            }

            Frontier tree = state.Frontier.Clone();
            List<TileHash> completed = [];
            BlankRanges blanks = _view.Blanks;
            BlankRanges erased = _view.Erased;
            foreach (LogEntry entry in entries)
            {
                blanks = entry.IsBlank && !entry.IsErased ? blanks.With(tree.Size, tree.Size + 1) : blanks;
                erased = entry.IsErased ? erased.With(tree.Size, tree.Size + 1) : erased;
                tree.Append(entry.Hash, completed);
            }

            if (head is not null)
            {
                RequireHead(head, tree);
            }

            TileWrites.Write(files, Files, state, entries, completed);
            TileLogView next = _view with { State = state with { Frontier = tree, LastAt = LastAt(entries) ?? state.LastAt } };
            next = head is null ? next : WithHead(files, next, head);
            next = WithErased(files, WithBlanks(files, next, blanks), erased);
            Commit(files, WithNotes(files, next, notes));
            TileWrites.RemovePartials(files, state.Size, tree.Size);
        },
        ct);

    public ValueTask PutHead(SignedHead head, CancellationToken ct) => Write(
        files =>
        {
            if (_view.State is not { } state || head.Head.Claims.Log != _log || head.Size > state.Size || head.Size < state.Start.Size)
            {
                throw new ArgumentException("the head is of another log or of a size not held", nameof(head));
            }

            Commit(files, WithHead(files, _view, head));
        },
        ct);

    public ValueTask Blank(ulong from, ulong to, CancellationToken ct) => Write(
        files =>
        {
            if (_view.State is { } state && Math.Max(from, state.Start.Size) is var first && Math.Min(to, state.Size) is var end && first < end)
            {
                TileLogView next = WithBlanks(files, _view, _view.Blanks.With(first, end).Without(_view.Erased));
                Commit(files, next with { State = next.State! with { Erasing = (first, end) } });
                TakeOut(files);
            }
        },
        ct);

    public ValueTask Erase(ulong from, ulong to, CancellationToken ct) => Write(
        files =>
        {
            if (_view.State is { } state && Math.Max(from, state.Start.Size) is var first && Math.Min(to, state.Size) is var end && first < end)
            {
                BlankRanges erased = _view.Erased.With(first, end);
                TileLogView next = WithErased(files, WithBlanks(files, _view, _view.Blanks.Without(erased)), erased);

                // The state names the evidence as it will be, before its files are replaced: after a crash it is made so.
                byte[][] forks = [.. Forks(_view).Select(fork => HashedFile.Of(0, ForkFile.ToArray(ForkFile.Without(fork, first, end))).Hash)];
                Commit(files, next with { State = next.State! with { Erasing = (first, end), Forks = forks } });
                TakeOut(files);
            }
        },
        ct);

    public ValueTask PutFork(ForkEvidence fork, CancellationToken ct) => Write(
        files =>
        {
            TileLogState state = _view.State ?? throw new ArgumentException("a fork of a log that is not held", nameof(fork));
            if (state.Forks.Count == ILogStore.MaxForks
                || Forks(_view).Any(held => held.Held.Bytes.Span.SequenceEqual(fork.Held.Bytes.Span) && held.Other.Bytes.Span.SequenceEqual(fork.Other.Bytes.Span)))
            {
                return;
            }

            byte[] content = ForkFile.ToArray(fork);
            files.Replace(TilePath.Numbered(TilePath.Forks, (ulong)state.Forks.Count), content);
            Commit(files, _view with { State = state with { Forks = [.. state.Forks, HashedFile.Of(0, content).Hash] } });
        },
        ct);

    public IReadOnlyList<ForkEvidence> Forks(TileLogView view)
    {
        List<ForkEvidence> forks = [];
        foreach (byte[] hash in view.State?.Forks ?? [])
        {
            string path = Files.Full(TilePath.Numbered(TilePath.Forks, (ulong)forks.Count));
            forks.Add(ReadFork(view.State!, hash, path));
        }

        return forks;
    }

    /// <summary>Evidence as the state names it; one whose file is still to be replaced is read as it will be.</summary>
    private ForkEvidence ReadFork(TileLogState state, byte[] hash, string path)
    {
        byte[] bytes = HashedFile.Read(path);
        if (state.Erasing is { } range && !HashedFile.Of(0, bytes).Hash.AsSpan().SequenceEqual(hash))
        {
            bytes = ForkFile.ToArray(ForkFile.Without(ForkFile.Read(_log, bytes, path), range.From, range.To));
        }

        return ForkFile.Read(_log, HashedFile.Require(bytes, hash, path), path);
    }

    /// <summary>Waits for the write under way; no other begins.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _closed = true;
        _turn.Release();
    }

    private async ValueTask Write(Action<DurableFiles> work, CancellationToken ct)
    {
        if (_readOnly)
        {
            throw new InvalidOperationException("the store was opened to be read");
        }

        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            ct.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_closed, typeof(TileLogStore));

            // The disk blocks; callers share few threads.
            await Task.Run(() => Attempt(work), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Attempt(Action<DurableFiles> work)
    {
        try
        {
            if (_uncertain)
            {
                Reload();
            }

            work(new DurableFiles(_folder, _step));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The state may or may not have got its name: what the disk says counts, before anything else is written.
            _uncertain = true;
            TryReload();
            throw failure as IOException ?? new IOException("the log's files cannot be written", failure);
        }
    }

    private void TryReload()
    {
        try
        {
            Reload();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The next write tries again before it does anything else.
            _uncertain = true;
        }
    }

    private void Reload()
    {
        _view = Files.Load();
        _uncertain = false;
        if (!_readOnly && _view.State is { } state)
        {
            DurableFiles files = new(_folder, _step);
            if (state.Erasing is not null)
            {
                TakeOut(files);
            }

            TileLogTidying.Tidy(files, _view);
        }
    }

    private void Commit(DurableFiles files, TileLogView next)
    {
        TileLogView before = _view;
        next = next with { State = next.State! with { Number = (before.State?.Number ?? 0) + 1 } };

        // Until here a crash leaves files that nothing names. They are durable before the state names them.
        files.Flush();
        files.Replace(TilePath.State, next.State.ToArray());
        files.Flush();
        _view = next;
        if (next.Latest is { } latest && latest.Head != before.Latest?.Head)
        {
            files.Publish(TilePath.Head, latest.Head.Bytes.Span);
        }

        RemoveOld(files, TilePath.Notes, before.State?.Notes, next.State.Notes);
        RemoveOld(files, TilePath.Blanks, before.State?.Blanks, next.State.Blanks);
        RemoveOld(files, TilePath.Erased, before.State?.Erased, next.State.Erased);
    }

    private static void RemoveOld(DurableFiles files, string folder, HashedFile? before, HashedFile? after)
    {
        if (before is not null && before.Number != after?.Number)
        {
            files.Remove(TilePath.Numbered(folder, before.Number));
        }
    }

    private TileLogView WithHead(DurableFiles files, TileLogView view, SignedHead head)
    {
        TileLogState state = view.State!;
        ulong segment = HeadSegment.Of(head.Size);
        bool isLargest = view.Latest is null || head.Size > view.Latest.Size;
        (byte[]? record, SignedHead merged, bool isNew, int news) = (isLargest ? new HeadSegment() : Files.ReadHeads(state, segment)).Add(head);
        if (record is null)
        {
            return view;
        }

        bool isNewest = isNew ? head.Size >= (view.Latest?.Size ?? 0) : view.Latest!.Head.Bytes.Span.SequenceEqual(head.Head.Bytes.Span);
        state = WriteHead(files, state, segment, record) with
        {
            Count = (state.Count.Heads + (isNew ? 1u : 0), state.Count.Countersignatures + (ulong)news),
            Witnesses = Witnessed(state.Witnesses, merged),
        };
        return view with { State = state, Latest = isNewest ? merged : view.Latest };
    }

    private TileLogState WriteHead(DurableFiles files, TileLogState state, ulong segment, byte[] record)
    {
        if (state.Heads is { } last && segment <= last.Segment)
        {
            // Also a head of an older size, come late: a file that is not the last never changes any more.
            files.Extend(TilePath.HeadSegment(last.Segment), (long)last.Length, record);
            (ulong, ulong) late = (segment, last.Segment);
            return state with
            {
                Heads = (last.Segment, last.Length + (ulong)record.Length),
                Late = segment == last.Segment || state.Late.Contains(late) ? state.Late : [.. state.Late, late],
            };
        }

        if (state.Heads is { } done)
        {
            // All of a file that is not the last counts, so what a crash left in it, or between it and the new one, goes now.
            files.Extend(TilePath.HeadSegment(done.Segment), (long)done.Length, []);
            for (ulong between = done.Segment + 1; between < segment; between++)
            {
                if (File.Exists(Files.Full(TilePath.HeadSegment(between))))
                {
                    files.Erase(TilePath.HeadSegment(between));
                }
            }
        }

        files.Extend(TilePath.HeadSegment(segment), 0, record);
        return state with { Heads = (segment, (ulong)record.Length) };
    }

    private static List<(Kid Kid, ulong Least, ulong Greatest)> Witnessed(IReadOnlyList<(Kid Kid, ulong Least, ulong Greatest)> witnesses, SignedHead head)
    {
        List<(Kid Kid, ulong Least, ulong Greatest)> all = [.. witnesses];
        foreach (Countersignature countersignature in head.Countersignatures)
        {
            int place = all.FindIndex(one => one.Kid == countersignature.Kid);
            if (place < 0)
            {
                all.Add((countersignature.Kid, head.Size, head.Size));
            }
            else
            {
                all[place] = (all[place].Kid, Math.Min(all[place].Least, head.Size), Math.Max(all[place].Greatest, head.Size));
            }
        }

        return all;
    }

    private TileLogView WithBlanks(DurableFiles files, TileLogView view, BlankRanges blanks)
    {
        if (ReferenceEquals(blanks, _view.Blanks))
        {
            return view;
        }

        byte[] content = blanks.ToArray();
        HashedFile file = HashedFile.Of((_view.State?.Number ?? 0) + 1, content);
        files.Replace(TilePath.Numbered(TilePath.Blanks, file.Number), content);
        return view with { Blanks = blanks, State = view.State! with { Blanks = file } };
    }

    private TileLogView WithErased(DurableFiles files, TileLogView view, BlankRanges erased)
    {
        if (ReferenceEquals(erased, _view.Erased))
        {
            return view;
        }

        byte[] content = erased.ToArray();
        HashedFile file = HashedFile.Of((_view.State?.Number ?? 0) + 1, content);
        files.Replace(TilePath.Numbered(TilePath.Erased, file.Number), content);
        return view with { Erased = erased, State = view.State! with { Erased = file } };
    }

    private TileLogView WithNotes(DurableFiles files, TileLogView view, IReadOnlyList<Note> notes)
    {
        if (notes.Count == 0)
        {
            return view;
        }

        ImmutableSortedDictionary<string, byte[]>.Builder all = view.Notes.ToBuilder();
        foreach (Note note in notes)
        {
            if (note.Value is null)
            {
                all.Remove(note.Name);
            }
            else
            {
                all[note.Name] = note.Value;
            }
        }

        ImmutableSortedDictionary<string, byte[]> after = all.ToImmutable();
        byte[] content = NoteFile.ToArray(after);
        HashedFile file = HashedFile.Of((_view.State?.Number ?? 0) + 1, content);
        files.Replace(TilePath.Numbered(TilePath.Notes, file.Number), content);
        return view with { Notes = after, State = view.State! with { Notes = file } };
    }

    /// <summary>Takes the bytes of blank entries out of the bundles and the evidence of forks. Older partial bundles hold them too and go.</summary>
    private void TakeOut(DurableFiles files)
    {
        TileLogState state = _view.State!;
        (ulong from, ulong to) = state.Erasing!.Value;
        for (ulong bundle = from / Tile.Width; bundle <= (to - 1) / Tile.Width; bundle++)
        {
            int width = Tile.WidthIn(0, bundle, state.Size);
            ReadOnlyMemory<byte>[] entries = Files.ReadBundle(state, bundle);
            for (int i = 0; i < width; i++)
            {
                entries[i] = _view.IsBlank((bundle * Tile.Width) + (ulong)i) ? default : entries[i];
            }

            files.Replace(TilePath.Bundle(bundle, width), EntryBundle.Append([], entries));
            string partials = Files.Full(TilePath.PartialsOf(TilePath.Bundle(bundle, Tile.Width)));
            string kept = Files.Full(TilePath.Bundle(bundle, width));
            if (Directory.Exists(partials))
            {
                foreach (string file in Directory.EnumerateFiles(partials).Where(file => file != kept))
                {
                    files.Erase(Path.GetRelativePath(_folder, file));
                }
            }

            // An append that failed after its files were written may have left a wider bundle, or one without its name.
            string full = TilePath.Bundle(bundle, Tile.Width);
            foreach (string left in new[] { full, full + TilePath.Unfinished }.Where(left => File.Exists(Files.Full(left)) && Files.Full(left) != kept))
            {
                files.Erase(left);
            }
        }

        for (int number = 0; number < state.Forks.Count; number++)
        {
            string path = TilePath.Numbered(TilePath.Forks, (ulong)number);
            byte[] content = ForkFile.ToArray(ReadFork(state, state.Forks[number], Files.Full(path)));
            if (!content.AsSpan().SequenceEqual(HashedFile.Read(Files.Full(path))))
            {
                files.Replace(path, content);
            }
        }

        Commit(files, _view with { State = state with { Erasing = null } });
    }

    private void RequireHead(SignedHead head, Frontier tree)
    {
        if (head.Head.Claims.Log != _log || head.Size != tree.Size || !head.Head.Root.Span.SequenceEqual(tree.Root()))
        {
            throw new ArgumentException("the head is not this tree's", nameof(head));
        }
    }

    /// <summary>The clock of the last entry that has one. A log takes any bytes, so what cannot be read is passed over.</summary>
    private static ulong? LastAt(IReadOnlyList<LogEntry> entries)
    {
        for (int i = entries.Count - 1; i >= 0; i--)
        {
            try
            {
                if (!entries[i].IsBlank)
                {
                    return Entry.FromUntrusted(entries[i].Bytes).At;
                }
            }
            catch (MessageException)
            {
                continue;
            }
        }

        return null;
    }
}
