namespace Sealway.Cli.Verify;

using Sealway.Cli.Hosting;
using Sealway.Messages;

/// <summary>Which key a waybill is checked against: the one that was named, or else the one that lies beside the file, which is then said aloud.</summary>
/// <param name="Key">The authority's public key.</param>
/// <param name="File">Where it came from.</param>
/// <param name="Beside">Whether it merely lay beside the waybill: whoever made the waybill may have put it there.</param>
internal sealed record AuthorityPin(PublicKey Key, string File, bool Beside)
{
    private const string PinName = "authority.pub";

    public static AuthorityPin Find(string waybill, string? named)
    {
        if (named is not null)
        {
            return Load(named, beside: false);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(waybill))!;
        string[] beside = [Path.ChangeExtension(waybill, PinName), Path.Combine(folder, PinName)];
        return beside.FirstOrDefault(System.IO.File.Exists) is { } found
            ? Load(found, beside: true)
            : throw new UserError(
                "which authority's key shall it be checked against?",
                waybill,
                $"add --authority with the fleet's {PinName}, the file that you got from the authority itself",
                ExitCode.Usage);
    }

    private static AuthorityPin Load(string file, bool beside)
    {
        const int most = 65_536;
        using FileStream stream = System.IO.File.OpenRead(file);
        if (stream.Length > most)
        {
            throw new UserError("this is not a public key in PEM", file, "give the fleet's authority.pub", ExitCode.Usage);
        }

        using StreamReader reader = new(stream);
        try
        {
            return new AuthorityPin(PublicKey.FromPem(reader.ReadToEnd(), KeyUse.Sign), file, beside);
        }
        catch (MessageException)
        {
            throw new UserError("this is not a P-256 public key in PEM", file, "give the fleet's authority.pub", ExitCode.Usage);
        }
    }
}
