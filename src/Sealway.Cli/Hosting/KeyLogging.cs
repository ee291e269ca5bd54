namespace Sealway.Cli.Hosting;

using System.CommandLine;
using Microsoft.Extensions.Logging;
using Sealway.Links;

/// <summary>The option <c>--tls-keylog FILE</c>: who may use it, and how loudly it is said that somebody does.</summary>
internal static class KeyLogging
{
    /// <summary>The option's name.</summary>
    public const string Name = "--tls-keylog";

    private const string Danger = "whoever has that file and a recording of the network reads all that this part sends and receives; for debugging alone, stop it and delete the file when you are done";

    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    /// <summary>The option of a command.</summary>
    public static Option<string?> Option() => new(Name) { Description = "For debugging: a file that gets the keys of every TLS connection, so that Wireshark decrypts. Needs \"debug\": { \"allowTlsKeylog\": true } in a role's configuration.", HelpName = "FILE" };

    /// <summary>Begins, if it is asked for and allowed.</summary>
    /// <param name="file">The file; null: it is not asked for.</param>
    /// <param name="configuration">The configuration that allows it or not.</param>
    /// <param name="allowed">Whether it does.</param>
    /// <exception cref="UserError">It is not allowed, or the file will not do.</exception>
    public static TlsKeyLog? Begin(string? file, string configuration, bool allowed)
    {
        if (file is null)
        {
            return null;
        }

        if (!allowed)
        {
            throw new UserError(
                $"{TlsKeyLogRefusal.NotAllowed}: {Name} is refused: this configuration does not allow that TLS keys are written to a file",
                configuration,
                $"leave {Name} out; or, on a machine that nobody relies on, write \"debug\": {{ \"allowTlsKeylog\": true }}",
                ExitCode.Usage);
        }

        return Named(() => TlsKeyLog.Begin(file));
    }

    /// <summary>Makes the file for other processes.</summary>
    /// <exception cref="UserError">The file will not do.</exception>
    public static void Prepare(string file) => Named(() =>
    {
        TlsKeyLog.Prepare(file);
        return true;
    });

    /// <summary>Says it: at once for people and in the log, and in the log again as long as it lasts.</summary>
    public static IDisposable Warn(TlsKeyLog keys, ILogger log, Stream error, TimeProvider time)
    {
        using (StreamWriter people = new(error, leaveOpen: true))
        {
            people.WriteLine($"sealway: WARNING: the keys of every TLS connection are written to {keys.Path}: {Danger}");
        }

        return time.CreateTimer(
            _ => log.LogWarning("THE KEYS OF EVERY TLS CONNECTION ARE WRITTEN TO {File}, {Lines} so far: {Danger}", keys.Path, keys.Lines, Danger),
            null,
            TimeSpan.Zero,
            Again);
    }

    private static T Named<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (TlsKeyLogException refused)
        {
            throw UserError.From(refused)!;
        }
    }
}
