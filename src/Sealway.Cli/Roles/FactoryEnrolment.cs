namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>A device's first enrolment, by command or at a role's first start.</summary>
internal static class FactoryEnrolment
{
    public const string Ca = "ca.crt";
    public const string Authority = "authority.pub";

    /// <summary>Enrols the device in a folder.</summary>
    /// <exception cref="UserError">It is none, or the fleet's public files are missing.</exception>
    public static Task<PeerIdentity> EnrolAsync(string folder, string? passphraseFile, HostPort server, string? ca, string? authority, TimeProvider time, CancellationToken stop)
    {
        if (!FactoryDevice.IsIn(folder))
        {
            throw new UserError("there is no device that could enrol", folder, "name a folder that sealway factory provision made, with factory.key, factory.crt and device.json", ExitCode.Usage);
        }

        return DeviceEnrolment.EnrolAsync(
            folder,
            () => Passphrase.Read(passphraseFile),
            server,
            PrivateFile.ReadPublic(Given(folder, ca, Ca)),
            PublicKey.FromPem(PrivateFile.ReadPublic(Given(folder, authority, Authority)), KeyUse.Sign),
            time,
            stop);
    }

    private static string Given(string folder, string? path, string name)
    {
        string file = path ?? Path.Combine(folder, name);
        return File.Exists(file) ? file : throw new UserError($"the fleet's {name} is missing, by which it is known", file, $"copy it there from the fleet's folder, or name it with --{(name == Ca ? "ca" : "authority")}", ExitCode.Usage);
    }
}
