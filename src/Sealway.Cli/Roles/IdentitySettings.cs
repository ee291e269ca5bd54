namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Where a party's keys lie: <c>identity</c>, the folder that its enrolment made, and <c>passphraseFile</c> if they are locked.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="PassphraseFile">A file whose first line unlocks the keys, readable by its owner alone; null: they are not locked.</param>
internal sealed record IdentitySettings(string Folder, string? PassphraseFile)
{
    public static IdentitySettings Parse(SettingsSection section) =>
        new(section.FolderPath("identity", mustExist: true), section.OptionalFilePath("passphraseFile", mustExist: true));

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
