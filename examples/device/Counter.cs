namespace Device;

using System.Globalization;
using Sealway.Messages;

/// <summary>
/// Numbers readings so that none is used twice: each start takes the next boot and stores it before a number is given.
/// The file is flushed before it takes the old one's name, so that a power cut leaves the old boot or the new.
/// </summary>
internal sealed class Counter
{
    private readonly uint _boot;
    private uint _sequence;

    private Counter(uint boot) => _boot = boot;

    public static Counter Start(string file)
    {
        uint boot = File.Exists(file) ? checked(uint.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) + 1) : 0;
        using (FileStream stream = File.Create(file + ".new"))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(boot.ToString(CultureInfo.InvariantCulture)));
            stream.Flush(flushToDisk: true);
        }

        File.Move(file + ".new", file, overwrite: true);
        return new Counter(boot);
    }

    public ReadingNumber Next() => new(_boot, checked(_sequence++));
}
