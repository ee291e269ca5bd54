namespace Sealway.Archive;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>What an archive is set up with.</summary>
/// <param name="Identity">The archive's keys and the pinned authority; not owned.</param>
/// <param name="DataFolder">Where it keeps everything: <c>logs</c> (which a file server may serve), <c>judged</c>, <c>alerts</c>.</param>
/// <param name="Cloud">The cloud's HTTPS address.</param>
/// <param name="Rules">The alarm rules; the gateways' own, else the two come to different alarms and this says so.</param>
public sealed record ArchiveOptions(Identity Identity, string DataFolder, HostPort Cloud, AlarmRules Rules)
{
    /// <summary>Its TLS certificate and key where they may be replaced while it runs; null: the identity's, as they are. Not owned.</summary>
    public TlsIdentitySource? Tls { get; init; }

    /// <summary>The cloud's enrolled name; null: any cloud of this fleet at that address.</summary>
    public string? CloudName { get; init; }

    /// <summary>The names of the gateways whose logs it follows; null: all that the registry has.</summary>
    public IReadOnlyList<string>? Logs { get; init; }

    /// <summary>A command that is run for each alert, with the alert as JSON on its standard input: the program and its arguments. Exit code 0 means delivered.</summary>
    public IReadOnlyList<string>? AlertCommand { get; init; }

    /// <summary>Where alerts are posted as JSON: <c>https</c>, or <c>http</c> to this machine.</summary>
    public Uri? AlertWebhook { get; init; }

    /// <summary>After how long without a new head a log counts as silent.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>How old the registry may be before a new connection to the cloud is only trusted to bring it.</summary>
    public TimeSpan RegistryStaleAfter { get; init; } = TimeSpan.FromDays(2);

    /// <summary>For how long a log may state more of the registry in force than the archive has before that counts as withheld.</summary>
    public TimeSpan RegistryWithheldAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the cloud may keep a request waiting for news, in whole seconds to 50; shorter than <see cref="SilentAfter"/>.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a log of which nothing is held is followed from its newest head on instead of from its beginning: what lies before is neither held nor judged here.</summary>
    public bool FromNow { get; init; }

    /// <summary>Whether entries may come as their hash alone, as from a cloud that has pruned. Else what comes so is not taken: an archive is there to hold them.</summary>
    public bool AcceptBlanks { get; init; }

    internal string LogsFolder => Path.Combine(DataFolder, "logs");

    internal string JudgedFolder => Path.Combine(DataFolder, "judged");

    internal string AlertsFolder => Path.Combine(DataFolder, "alerts");

    /// <exception cref="ArgumentException">An option is outside what it may be.</exception>
    internal void Require()
    {
        Require(Identity.Role == Role.Archive, $"the identity is of role {Identity.Role}, not of an archive");
        Require(AlertCommand is null || AlertWebhook is null, "alerts go to a command or to a webhook, not to both");
        Require(AlertCommand is null or [{ Length: > 0 }, ..], "the alert command names no program");
        Require(AlertWebhook is null || WebhookChannel.Allows(AlertWebhook), "the alert webhook must be https, or http to this machine");
        Require(Poll >= TimeSpan.FromSeconds(1) && Poll <= LinkLimits.LongPollTime, "the poll must be 1 to 50 seconds");
        Require(SilentAfter > Poll, "a log can count as silent only after longer than one poll");
        Require(RegistryWithheldAfter > TimeSpan.Zero, "the registry can count as withheld only after some time");
        Require(Logs is null || Logs.All(LogId.IsName), "a log's name is 1 to 63 of a-z, 0-9 and -");
    }

    private static void Require(bool holds, string mistake)
    {
        if (!holds)
        {
            throw new ArgumentException(mistake);
        }
    }
}
