namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Cli.Verify;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway verify FILE</c>: checks a waybill offline, from the authority's public key alone, and prints the way.</summary>
internal static class VerifyCommand
{
    // A waybill is at most 4 MiB of receipt and 8 MiB of entries, twice.
    private const long MostBytes = 32 * 1_048_576;

    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "The waybill." };
        Option<string?> authority = new("--authority") { Description = "The authority's public key (authority.pub), as you got it from the authority itself. Left out: the one beside the waybill, which whoever made the waybill may have put there." };
        Command command = new("verify", "Check a waybill, offline, from the authority's public key alone, and print the way.") { file, authority };
        command.SetAction(result => Verify(result.GetRequiredValue(file), result.GetValue(authority), result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static int Verify(string file, string? authority, TextWriter output, TextWriter error)
    {
        AuthorityPin pin = AuthorityPin.Find(file, authority);
        if (pin.Beside)
        {
            error.WriteLine($"note: checked against {pin.File}, key {pin.Key.Kid}, because it lies beside the waybill; make sure that it is the authority's own");
        }

        byte[] bytes = Read(file);
        try
        {
            WaybillReport report = WaybillJudge.Check(bytes, pin.Key);
            output.WriteLine($"authentic, by the authority {report.Registry.Name} (key {pin.Key.Kid})");
            WaybillPrinter.Print(report, output);
            return ExitCode.Clean;
        }
        catch (MessageException refusal)
        {
            error.WriteLine($"NOT AUTHENTIC: {file}: {refusal.Message}");
            error.WriteLine("  the file proves nothing: it was altered, is of another fleet, or is no waybill");
            return ExitCode.Failed;
        }
    }

    private static byte[] Read(string file)
    {
        using FileStream stream = File.OpenRead(file);
        if (stream.Length > MostBytes)
        {
            throw new UserError($"longer than a waybill can be ({MostBytes} bytes)", file, "give a file that sealway archive prove wrote", ExitCode.Usage);
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
