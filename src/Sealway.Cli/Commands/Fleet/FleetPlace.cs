namespace Sealway.Cli.Commands;

using System.CommandLine;
using Microsoft.Data.Sqlite;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Command = System.CommandLine.Command;

/// <summary>Where a fleet lies and what unlocks it: the options that every fleet command has.</summary>
internal sealed class FleetPlace
{
    // How a file with an encrypted key begins (RFC 7468 section 11).
    private const string Locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

    private readonly Option<string> _folder = new("--fleet") { Description = "The fleet's folder.", DefaultValueFactory = _ => "fleet" };

    private readonly Option<string?> _passphrase = new("--passphrase-file")
    {
        Description = "A file whose first line unlocks the authority's keys; readable by its owner alone.",
    };

    public FleetPlace(Command command)
    {
        command.Add(_folder);
        command.Add(_passphrase);
    }

    public string Folder(ParseResult result) => result.GetRequiredValue(_folder);

    /// <summary>Reads the passphrase; empty where none was given. The caller erases it.</summary>
    public char[] ReadPassphrase(ParseResult result) => Passphrase.Read(result.GetValue(_passphrase));

    /// <summary>Opens the fleet with the authority's key, to state something.</summary>
    /// <exception cref="UserError">There is no fleet, or it is locked.</exception>
    public async Task<Authority> OpenAuthorityAsync(ParseResult result, CancellationToken stop)
    {
        FleetFolder folder = Require(result);
        char[] passphrase = ReadPassphrase(result);
        if (passphrase.Length == 0 && IsLocked(folder.AuthorityKey))
        {
            throw new UserError("the authority's keys are locked with a passphrase", folder.AuthorityKey, "add --passphrase-file FILE", ExitCode.Usage);
        }

        Task<Authority> Open()
        {
            try
            {
                return Authority.OpenAsync(folder.Root, passphrase, TimeProvider.System, stop);
            }
            finally
            {
                Array.Clear(passphrase);
            }
        }

        return await Opened(folder, Open).ConfigureAwait(false);
    }

    /// <summary>Opens the fleet with the registrar's key, to read or to state a status.</summary>
    /// <exception cref="UserError">There is no fleet, or it is locked.</exception>
    public async Task<Registrar> OpenRegistrarAsync(ParseResult result, CancellationToken stop)
    {
        FleetFolder folder = Require(result);
        char[] passphrase = ReadPassphrase(result);

        Task<Registrar> Open()
        {
            try
            {
                return Registrar.OpenAsync(folder, passphrase, TimeProvider.System, stop);
            }
            finally
            {
                Array.Clear(passphrase);
            }
        }

        return await Opened(folder, Open).ConfigureAwait(false);
    }

    /// <summary>Opens, and tells a registry that is none as a user's error.</summary>
    /// <exception cref="UserError">It is not this fleet's registry.</exception>
    public static async Task<T> Opened<T>(FleetFolder folder, Func<Task<T>> open)
    {
        try
        {
            return await open().ConfigureAwait(false);
        }
        catch (Exception inner) when (inner is SqliteException or InvalidDataException)
        {
            throw new UserError($"it is not this fleet's registry: {inner.Message}", folder.RegistryStore, "bring back the newest copy of the fleet's folder", cause: inner);
        }
    }

    /// <summary>The fleet's folder.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public FleetFolder Require(ParseResult result)
    {
        FleetFolder folder = new(Folder(result));
        return File.Exists(folder.FleetFile)
            ? folder
            : throw new UserError("there is no fleet", folder.Root, "name its folder with --fleet DIR, or make one: sealway fleet init NAME", ExitCode.Usage);
    }

    private static bool IsLocked(string path)
    {
        char[] pem = PrivateFile.ReadText(path);
        bool locked = pem.AsSpan().IndexOf(Locked) >= 0;
        Array.Clear(pem);
        return locked;
    }
}
