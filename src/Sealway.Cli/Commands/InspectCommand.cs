namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Cli.Inspect;

/// <summary><c>sealway inspect FILE</c>: any message in diagnostic notation with the headers named. Shows, judges nothing.</summary>
internal static class InspectCommand
{
    private const long MostBytes = 8 * 1024 * 1024;

    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "A message: its bytes, or the same in hexadecimal. - for standard input." };
        Command command = new("inspect", "Print any message in CBOR diagnostic notation, with the headers named.") { file };
        command.SetAction(result =>
        {
            ReadOnlyMemory<byte> bytes = Read(result.GetRequiredValue(file));
            (Shape shape, string what) = MessageSniffer.Sniff(bytes);
            result.InvocationConfiguration.Output.WriteLine($"/ {what}, {bytes.Length} bytes /");
            try
            {
                result.InvocationConfiguration.Output.WriteLine(DiagnosticPrinter.Print(bytes, shape));
                return ExitCode.Clean;
            }
            catch (System.Formats.Cbor.CborContentException e)
            {
                throw new UserError($"this is not CBOR: {e.Message}", result.GetRequiredValue(file), "give a file that holds one message, in bytes or in hexadecimal", ExitCode.Failed);
            }
        });
        return command;
    }

    private static byte[] Read(string file)
    {
        using Stream stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        using MemoryStream all = new();
        byte[] buffer = new byte[81_920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            all.Write(buffer, 0, read);
            if (all.Length > MostBytes)
            {
                throw new UserError($"more than {MostBytes} bytes", file, "give a file that holds one message");
            }
        }

        byte[] bytes = all.ToArray();
        string text = System.Text.Encoding.Latin1.GetString(bytes);
        string digits = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        return digits.Length > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : bytes;
    }
}
