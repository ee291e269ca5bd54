namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// What a power cut can leave in a fleet's folder, and its end. New keys are on disk under names of their own before the
/// registry names them; once it does, they take the old ones' names. So whichever write was the last one, the registry says
/// which keys are the fleet's, and renaming them can be taken up again.
/// </summary>
internal static class Unfinished
{
    private static readonly EnumerationOptions _here = new() { RecurseSubdirectories = false };

    /// <summary>Gives each key that the registry names its place; the keys that it replaced are erased. Does nothing where nothing was left unfinished.</summary>
    /// <param name="folder">The fleet's folder.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task FinishAsync(FleetFolder folder, CancellationToken ct)
    {
        if (Left(folder))
        {
            Finish(folder, await ReadAsync(folder, ct).ConfigureAwait(false));
        }
    }

    /// <summary>The same, as the registry says.</summary>
    public static void Finish(FleetFolder folder, RegistryView view)
    {
        using FolderTurn turn = FolderTurn.Take(folder.Root);
        string authority = folder.NextAuthorityKey(view.Authority.Kid);
        if (File.Exists(authority))
        {
            PrivateFile.MoveFile(authority, folder.AuthorityKey);
        }

        if (view.Recovery is { } hash && folder.NextRecoveryKey(hash.Span) is { } recovery && File.Exists(recovery))
        {
            new FleetFile(view.Log.Name, FleetFile.Load(folder.FleetFile).Authority, Convert.ToHexStringLower(hash.Span)).Save(folder.FleetFile);
            PrivateFile.MoveFile(recovery, folder.RecoveryKey);
        }

        foreach (Party registrar in view.Parties.Where(party => party.Role == Role.Registrar && view.WithdrawalOf(party.Kid) is null))
        {
            TakeRegistrar(folder, folder.NextRegistrar(registrar.Kid));
        }

        // It takes two renames; what is left of the first one may be the only registrar that there is.
        if (Directory.Exists(folder.OldRegistrar))
        {
            if (Directory.Exists(folder.Registrar))
            {
                Directory.Delete(folder.OldRegistrar, recursive: true);
            }
            else
            {
                PrivateFile.MoveFolder(folder.OldRegistrar, folder.Registrar);
            }
        }
    }

    /// <summary>Reads the registry in a fleet's folder with the pin alone.</summary>
    /// <exception cref="FleetFileException">A file is missing or wrong.</exception>
    public static async Task<RegistryView> ReadAsync(FleetFolder folder, CancellationToken ct)
    {
        if (!File.Exists(folder.RegistryStore))
        {
            throw new FleetFileException(folder.RegistryStore, "the registry is missing");
        }

        LogId log = new(FleetFile.Load(folder.FleetFile).Name, 0);
        SqliteLogStore store = SqliteLogStore.Open(folder.RegistryStore);
        await using (store.ConfigureAwait(false))
        {
            Registry registry = new(Identity.LoadAuthority(folder.AuthorityPin));
            while (true)
            {
                IReadOnlyList<LogEntry> entries = await store.Read(log, registry.Size, registry.Size + Limits.AppendEntries, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
                if (entries.Count == 0)
                {
                    return registry.Current;
                }

                foreach (LogEntry entry in entries)
                {
                    registry.Apply(entry.Bytes);
                }
            }
        }
    }

    private static void TakeRegistrar(FleetFolder folder, string next)
    {
        if (!Directory.Exists(next))
        {
            return;
        }

        if (Directory.Exists(folder.Registrar))
        {
            if (Directory.Exists(folder.OldRegistrar))
            {
                Directory.Delete(folder.OldRegistrar, recursive: true);
            }

            PrivateFile.MoveFolder(folder.Registrar, folder.OldRegistrar);
        }

        PrivateFile.MoveFolder(next, folder.Registrar);
    }

    // Cheap, since it is asked at every opening.
    private static bool Left(FleetFolder folder) => File.Exists(folder.FleetFile)
        && (Directory.EnumerateFiles(folder.Root, "authority.*.key", _here).Any()
            || Directory.EnumerateFiles(folder.Root, "recovery.*.key", _here).Any()
            || Directory.EnumerateDirectories(folder.Root, "registrar.*", _here).Any());
}
