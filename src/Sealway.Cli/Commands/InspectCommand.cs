namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Cli.Inspect;
using Command = System.CommandLine.Command;

/// <summary><c>sealway inspect FILE</c>: any message in diagnostic notation with the headers named. Shows, judges nothing.</summary>
internal static class InspectCommand
{
    // The longest message is a waybill; its two receipts and their entries stay below this.
    private const int MostBytes = 32 * 1_048_576;

    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "A message: its bytes, or the same in hexadecimal. - for standard input." };
        Command command = new("inspect", "Print any message in CBOR diagnostic notation, with the headers named.") { file };
        command.SetAction(async (result, stop) =>
        {
            string name = result.GetRequiredValue(file);
            byte[] bytes = FromHexadecimal(await Read(name, stop).ConfigureAwait(false));
            return Print(name, bytes, result.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Print(string name, byte[] bytes, TextWriter output)
    {
        if (bytes.Length == 0)
        {
            throw new UserError("it is empty", name, "give a file that holds one message, in bytes or in hexadecimal");
        }

        Sniffed sniffed = MessageSniffer.Sniff(bytes);
        (string text, string? mistake) = DiagnosticPrinter.Print(bytes, sniffed.Shapes);
        output.WriteLine($"/ {sniffed.What}, {bytes.Length} byte{(bytes.Length == 1 ? string.Empty : "s")} /");
        output.WriteLine(text);
        return mistake is null ? ExitCode.Clean : throw new UserError($"this is not CBOR to its end: {mistake}", name, "give a file that holds one message, in bytes or in hexadecimal");
    }

    private static async Task<byte[]> Read(string name, CancellationToken stop)
    {
        if (Directory.Exists(name))
        {
            throw new UserError("it is a folder", name, "name a file in it", ExitCode.Usage);
        }

        Stream stream = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
        await using (stream.ConfigureAwait(false))
        {
            using MemoryStream all = new();
            byte[] buffer = new byte[81_920];
            for (int read; (read = await stream.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0;)
            {
                all.Write(buffer, 0, read);
                if (all.Length > MostBytes)
                {
                    throw new UserError($"it has more than {MostBytes} bytes", name, "give a file that holds one message");
                }
            }

            return all.ToArray();
        }
    }

    // No message begins with a byte that is a hexadecimal digit or white space.
    private static byte[] FromHexadecimal(byte[] bytes)
    {
        byte[] digits = [.. bytes.Where(one => !char.IsWhiteSpace((char)one))];
        return digits.Length > 0 && digits.Length % 2 == 0 && digits.All(one => char.IsAsciiHexDigit((char)one))
            ? Convert.FromHexString(System.Text.Encoding.ASCII.GetString(digits))
            : bytes;
    }
}
