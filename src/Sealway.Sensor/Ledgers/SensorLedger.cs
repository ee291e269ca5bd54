namespace Sealway.Sensor.Ledgers;

using System.Text;
using Sealway.Messages;
using Sealway.Sensor.Numbers;

/// <summary>
/// What a sensor signed, and what was acknowledged to it: a file that only grows, one <see cref="LedgerLine"/> for each. A <c>signed</c> line is written before
/// the reading can be sent; <c>stored</c> and <c>refused</c> after the gateway said so, and with them all lines before are flushed to the disk. So every
/// line is true, and a power cut takes away no more than what came after the last flush. Compared with an archive it shows what was lost or made up on the way.
/// </summary>
/// <remarks>While it is open, a lock beside it keeps a second sensor out. Safe for concurrent use.</remarks>
public sealed class SensorLedger : IDisposable
{
    // What a power cut can leave after the last flush is far less: a sensor's window of readings.
    private const int TailBytes = 1 << 20;

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly FileStream _lock;
    private readonly FileStream _stream;

    private SensorLedger(string file, FileStream @lock, FileStream stream)
    {
        _file = file;
        _lock = @lock;
        _stream = stream;
    }

    /// <summary>Opens a ledger, or begins one. What a crash left of a line at its end is cut off.</summary>
    /// <exception cref="LedgerException">It is no ledger, is kept by another sensor, or cannot be written.</exception>
    public static SensorLedger Open(string file)
    {
        FileStream? held = null;
        FileStream? stream = null;
        try
        {
            held = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            }

            stream = new FileStream(file, options);
            CutTail(file, stream);
            DurableFile.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
            return new SensorLedger(file, held, stream);
        }
        catch (Exception e)
        {
            stream?.Dispose();
            held?.Dispose();
            throw e switch
            {
                IOException or UnauthorizedAccessException when held is null => new LedgerException(file, "the ledger cannot be locked; does another sensor keep it? " + e.Message, e),
                IOException or UnauthorizedAccessException => new LedgerException(file, "the ledger cannot be opened: " + e.Message, e),
                _ => e,
            };
        }
    }

    /// <summary>The lines of a ledger, in order, also while a sensor keeps it. A last line without its end is not complete and left out.</summary>
    /// <exception cref="LedgerException">A line is damaged, or the file cannot be read.</exception>
    public static IReadOnlyList<LedgerLine> Read(string file)
    {
        string text;
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using StreamReader reader = new(stream, Encoding.ASCII);
            text = reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(file, "the ledger cannot be read: " + e.Message, e);
        }

        List<LedgerLine> lines = [];
        for (int at = 0, end; (end = text.IndexOf('\n', at)) >= 0; at = end + 1)
        {
            lines.Add(LedgerLine.TryParse(text.AsSpan(at, end - at), out LedgerLine? line)
                ? line!
                : throw new LedgerException(file, $"line {lines.Count + 1} is damaged: what it said is not known"));
        }

        return lines;
    }

    /// <summary>A reading was signed; it is sent only after this returned.</summary>
    /// <exception cref="LedgerException">It cannot be written down, so the reading must not be sent.</exception>
    public void Signed(Reading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        Write([LedgerLine.Of(LedgerWord.Signed, reading.Kid, reading.Number, reading.Bytes.Span)], flush: false);
    }

    /// <summary>The gateway answered for some readings. On the disk when this returns.</summary>
    /// <exception cref="LedgerException">It cannot be written down.</exception>
    public void Answered(IReadOnlyCollection<LedgerLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (lines.Count > 0)
        {
            Write(lines, flush: true);
        }
    }

    /// <summary>Lets another process have it.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _lock.Dispose();
    }

    private void Write(IReadOnlyCollection<LedgerLine> lines, bool flush)
    {
        StringBuilder text = new(lines.Count * (LedgerLine.Longest + 1));
        foreach (LedgerLine line in lines)
        {
            text.Append(line).Append('\n');
        }

        lock (_gate)
        {
            long before = _stream.Position;
            try
            {
                _stream.Write(Encoding.ASCII.GetBytes(text.ToString()));
                if (flush)
                {
                    _stream.Flush(flushToDisk: true);
                }
            }
            catch (IOException e)
            {
                TryCut(before);
                throw new LedgerException(_file, "the ledger cannot be written, so nothing may be sent: " + e.Message, e);
            }
        }
    }

    // Half a line is worth nothing; the next one must not be joined to it.
    private void TryCut(long length)
    {
        try
        {
            _stream.SetLength(length);
            _stream.Position = length;
        }
        catch (IOException)
        {
            // The next opening cuts it.
        }
    }

    private static void CutTail(string file, FileStream stream)
    {
        int length = (int)Math.Min(stream.Length, TailBytes);
        byte[] tail = new byte[length];
        stream.Position = stream.Length - length;
        stream.ReadExactly(tail);
        long start = stream.Length - length;
        ReadOnlySpan<byte> rest = tail;
        while (!rest.IsEmpty)
        {
            int end = rest.LastIndexOf((byte)'\n');
            int begin = end < 0 ? 0 : rest[..end].LastIndexOf((byte)'\n') + 1;
            if (end >= 0 && LedgerLine.TryParse(Encoding.Latin1.GetString(rest[begin..end]), out _))
            {
                rest = rest[..(end + 1)];
                break;
            }

            rest = end < 0 ? [] : rest[..begin];
        }

        if (rest.IsEmpty && (start > 0 || !IsCutLine(tail)))
        {
            // Never cut what may be somebody's file.
            throw new LedgerException(file, "this is no ledger, or its end is damaged; move it away and begin a new one");
        }

        stream.SetLength(start + rest.Length);
        stream.Position = stream.Length;
        stream.Flush(flushToDisk: true);
    }

    // The first line, as a crash or a power cut leaves it: its beginning, and zeros as long as several lines were to be.
    private static bool IsCutLine(ReadOnlySpan<byte> tail)
    {
        ReadOnlySpan<byte> written = tail.TrimEnd((byte)0);
        int word = Math.Min(written.Length, 7);
        return written.Length <= LedgerLine.Longest && written[..word].SequenceEqual("signed "u8[..word]);
    }
}
