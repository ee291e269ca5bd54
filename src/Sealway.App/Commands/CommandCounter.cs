namespace Sealway.App;

using System.Globalization;
using System.Text;
using Sealway.Fleet;

/// <summary>A member's command numbers: each is on disk before it is used. A counter that is lost goes on from the clock, which is ahead of it.</summary>
internal sealed class CommandCounter
{
    private const string FileName = "commands";

    private readonly string _path;
    private ulong _last;

    public CommandCounter(string folder)
    {
        _path = Path.Combine(folder, FileName);
        if (File.Exists(_path) && ulong.TryParse(Encoding.ASCII.GetString(PrivateFile.Read(_path)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong last))
        {
            _last = last;
        }
    }

    /// <summary>The next number.</summary>
    /// <param name="now">The clock, milliseconds since 1970.</param>
    public ulong Next(ulong now)
    {
        ulong next = Math.Max(_last + 1, now);
        PrivateFile.Write(_path, next.ToString(CultureInfo.InvariantCulture) + "\n");
        _last = next;
        return next;
    }
}
