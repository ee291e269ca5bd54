namespace Sealway.Sensor.Numbers;

using System.Globalization;
using System.Text;
using Sealway.Messages;

/// <summary>
/// Gives each reading its number, none twice, whatever happens: restarts, kills, power cuts. Only the boot is stored, durably before the first number of the boot
/// is given; the sequence lives in memory, and a start begins a new boot.
/// </summary>
/// <remarks>
/// The file is made once, when the sensor is enrolled. A file that is missing or not exactly as written here is refused at every start: what numbers were used is
/// then unknown, and the way on is a new key. Setting the file back by hand, or restoring an old copy of it, cannot be noticed here; gateways refuse such numbers.
/// While a counter is open, a lock beside it keeps a second process out.
/// </remarks>
public sealed class SensorCounter : IDisposable
{
    /// <summary>The file's name in a sensor's folder.</summary>
    public const string FileName = "counter";

    private const int LongestFile = 64;

    private readonly string _file;
    private readonly FileStream _lock;
    private readonly uint _lastSequence;
    private uint _boot;
    private uint _next;
    private bool _begun;

    private SensorCounter(string file, FileStream @lock, uint boot, uint lastSequence)
    {
        _file = file;
        _lock = @lock;
        _boot = boot;
        _lastSequence = lastSequence;
    }

    /// <summary>The boot of the last number given; before the first, that of the last run (0: none yet).</summary>
    public uint Boot => Volatile.Read(ref _boot);

    /// <summary>Makes the counter of a new key, as part of the enrolment and never later.</summary>
    /// <exception cref="CounterException">There is one already, or it cannot be stored.</exception>
    public static void Create(string file)
    {
        if (File.Exists(file))
        {
            throw new CounterException(file, "there is a counter already; a new key goes into a new folder");
        }

        Store(file, 0);
    }

    /// <summary>Opens the counter of an enrolled sensor. Nothing is stored before <see cref="Next"/>.</summary>
    /// <exception cref="CounterException">It is missing, unreadable, or open elsewhere.</exception>
    public static SensorCounter Open(string file) => Open(file, uint.MaxValue);

    /// <summary>As above, with shorter boots.</summary>
    internal static SensorCounter Open(string file, uint lastSequence)
    {
        FileStream? held = null;
        try
        {
            // The lock goes with the process, however it ends. It is a file of its own because each store replaces the counter.
            held = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            return new SensorCounter(file, held, Read(file), lastSequence);
        }
        catch (Exception e) when (held is null && e is IOException or UnauthorizedAccessException)
        {
            throw new CounterException(file, "the counter cannot be locked; is another process running this sensor? " + e.Message, e);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>The next number. The first of a run, and the one after a boot's last, wait until the boot is on disk.</summary>
    /// <exception cref="CounterException">The boot cannot be stored, or all boots are used. No number was given; calling again is safe.</exception>
    public ReadingNumber Next()
    {
        ObjectDisposedException.ThrowIf(!_lock.CanRead, this);
        if (!_begun)
        {
            if (_boot == uint.MaxValue)
            {
                throw new CounterException(_file, "all numbers of this key are used: enrol the sensor with a new key");
            }

            // If this fails halfway the file may or may not say the new boot already; either way none of its numbers was given, and the next try stores the same one.
            Store(_file, _boot + 1);
            Volatile.Write(ref _boot, _boot + 1);
            _next = 0;
            _begun = true;
        }

        ReadingNumber number = new(_boot, _next);
        if (_next == _lastSequence)
        {
            _begun = false;
        }
        else
        {
            _next++;
        }

        return number;
    }

    /// <summary>Lets another process have the counter.</summary>
    public void Dispose() => _lock.Dispose();

    private static void Store(string file, uint boot)
    {
        try
        {
            DurableFile.Replace(file, Encoding.ASCII.GetBytes(Text(boot)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CounterException(file, "the counter cannot be stored, so nothing may be signed: " + e.Message, e);
        }
    }

    private static uint Read(string file)
    {
        byte[] bytes = new byte[LongestFile + 1];
        int length;
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CounterException(file, "the counter is missing, so numbers could be used twice: enrol the sensor with a new key", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CounterException(file, "the counter cannot be read: " + e.Message, e);
        }

        string text = Encoding.ASCII.GetString(bytes, 0, length);
        string[] words = text.Split(' ');
        return words.Length > 1 && uint.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint boot) && text == Text(boot)
            ? boot
            : throw new CounterException(file, "the counter is damaged, so numbers could be used twice: enrol the sensor with a new key");
    }

    // The number twice, once inverted: a file cut short or with a flipped bit is not taken for another number.
    private static string Text(uint boot) => string.Create(CultureInfo.InvariantCulture, $"boot {boot} check {~boot}\n");
}
