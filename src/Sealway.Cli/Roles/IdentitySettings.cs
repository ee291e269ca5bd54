namespace Sealway.Cli.Roles;

using Microsoft.Extensions.Logging;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Where a party's keys lie: <c>identity</c>, the folder that its enrolment made, and <c>passphraseFile</c> if they are locked.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="PassphraseFile">A file whose first line unlocks the keys, readable by its owner alone; null: they are not locked.</param>
/// <param name="Enrolment">Where the TLS certificate is renewed; null: by hand.</param>
internal sealed record IdentitySettings(string Folder, string? PassphraseFile, EnrolmentSettings? Enrolment = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public static IdentitySettings Parse(SettingsSection section) =>
        new(section.FolderPath("identity", mustExist: true), section.OptionalFilePath("passphraseFile", mustExist: true), EnrolmentSettings.Parse(section));

    /// <summary>Enrols a device that has its factory certificate and nothing else yet; waits for the server as long as it takes. Does nothing for a party.</summary>
    /// <exception cref="LinkException">The server refuses.</exception>
    public async Task EnrolledAsync(RoleContext context, CancellationToken stop)
    {
        TimeSpan pause = FirstPause;
        while (Enrolment is { } enrolment && FactoryDevice.IsIn(Folder) && !FactoryDevice.IsEnrolled(Folder))
        {
            try
            {
                PeerIdentity self = await FactoryEnrolment.EnrolAsync(Folder, PassphraseFile, enrolment.Server, enrolment.Ca, enrolment.Authority, context.Time, stop).ConfigureAwait(false);
                context.Log.LogInformation("the device was enrolled as {Self}, its certificate is valid until {NotAfter:u}", self, self.NotAfter.UtcDateTime);
            }
            catch (LinkException trouble)
            {
                // Refused by mistake or out of reach: whoever mends it need not come here too.
                context.Log.LogError("the device in {Folder} is not enrolled yet: {Cause}; again in {Seconds} s", Folder, trouble.Message, pause.TotalSeconds);
                await Task.Delay(pause, context.Time, stop).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Opens the folder's TLS key and certificate for a role: read again when they are replaced, and renewed where the configuration says so.</summary>
    public TlsIdentitySource OpenTls(RoleContext context) => context.Renew(this, context.Refresh(LoadTls(context.Time)));

    /// <summary>Where the HPKE key lies; what locks it is read when it is needed.</summary>
    public AgreementKeyFiles AgreementKeys() => new(Folder, () => Passphrase.Read(PassphraseFile));

    /// <summary>Opens the folder's TLS key and certificate, to be read again when they are replaced.</summary>
    public TlsIdentitySource LoadTls(TimeProvider time)
    {
        char[] passphrase = Passphrase.Read(PassphraseFile);
        try
        {
            return TlsIdentitySource.FromFolder(Folder, passphrase, time);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    /// <summary>Loads the keys, and makes sure that they are this role's.</summary>
    public Identity Load(Role role)
    {
        char[] passphrase = Passphrase.Read(PassphraseFile);
        try
        {
            Identity identity = Identity.Load(Folder, passphrase);
            if (identity.Role == role)
            {
                return identity;
            }

            string found = identity.Role.ToString().ToLowerInvariant();
            identity.Dispose();
            throw new UserError($"this is the identity of a {found}, not of a {role.ToString().ToLowerInvariant()}", Folder, "point \"identity\" to the folder that its enrolment made", ExitCode.Usage);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }
}
