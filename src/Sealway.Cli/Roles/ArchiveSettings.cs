namespace Sealway.Cli.Roles;

using Sealway.Alarms;
using Sealway.Archive;
using Sealway.Cli.Hosting;
using Sealway.Links;
using Sealway.Messages;

/// <summary>A <c>sealway archive</c> configuration.</summary>
/// <param name="Identity">The archive's keys.</param>
/// <param name="Data">The archive's folder.</param>
/// <param name="Options">The role's options; the identity is filled in when it is loaded.</param>
internal sealed record ArchiveSettings(IdentitySettings Identity, string Data, Func<Fleet.Identity, ArchiveOptions> Options)
{
    private const string Beginning = "beginning";
    private const string Now = "now";

    // Two polls of the shortest time.
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(30);

    public static ArchiveSettings Parse(SettingsSection settings)
    {
        string data = settings.FolderPath("data");
        HostPort cloud = settings.Parsed("cloud", HostPort.Parse, "the cloud's HTTPS address, host:port", "cloud.example:8443");
        string? name = settings.OptionalText("cloudName", example: "cloud");
        IReadOnlyList<string>? logs = settings.Has("logs")
            ? settings.ParsedList("logs", text => LogId.IsName(text) ? text : throw new FormatException(), "a gateway's enrolled name", "ward-3", least: 1)
            : null;
        AlarmRules rules = AlarmSettings.Parse(settings, AlarmRules.Ward);
        IReadOnlyList<string> command = settings.Texts("alert.command", example: "/usr/local/bin/page-the-nurse");
        Uri? webhook = settings.OptionalUrl("alert.url");
        TimeSpan silent = settings.Duration("silentAfter", ShortestSilence, TimeSpan.FromDays(1), TimeSpan.FromSeconds(150));
        TimeSpan stale = settings.Duration("registryStaleAfter", TimeSpan.FromSeconds(1), TimeSpan.FromDays(365), TimeSpan.FromDays(2));
        TimeSpan withheld = settings.Duration("registryWithheldAfter", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), TimeSpan.FromMinutes(10));
        bool blanks = settings.Flag("acceptBlanks");
        string from = settings.OptionalText("from", "beginning") ?? Beginning;
        if (from is not (Beginning or Now))
        {
            settings.Mistake("from", $"is \"{from}\"", "write \"beginning\" or \"now\": from where a log is followed of which nothing is held yet");
        }

        if (command.Count > 0 && webhook is not null)
        {
            settings.Mistake("alert", "alerts go to a command or to a webhook, not to both", "leave out \"command\" or \"url\"");
        }

        return new ArchiveSettings(
            IdentitySettings.Parse(settings),
            data,
            identity => new ArchiveOptions(identity, data, cloud, rules)
            {
                CloudName = name,
                Logs = logs,
                AlertCommand = command.Count > 0 ? command : null,
                AlertWebhook = webhook,
                SilentAfter = silent,
                Poll = PollFor(silent),
                RegistryStaleAfter = stale,
                RegistryWithheldAfter = withheld,
                AcceptBlanks = blanks,
                FromNow = from == Now,
            });
    }

    // Whoever is to fall silent soon must be asked soon.
    private static TimeSpan PollFor(TimeSpan silent) => TimeSpan.FromSeconds(Math.Clamp(Math.Floor(silent.TotalSeconds / 2), 1, LongestPoll.TotalSeconds));
}
