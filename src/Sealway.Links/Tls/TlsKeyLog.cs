namespace Sealway.Links;

using System.IO.Pipes;
using System.Net.Security;
using System.Security.Authentication;

/// <summary>
/// The keys of this process's TLS connections, written to a file in the form that Wireshark reads (NSS key log, RFC 9850), both as server and as client:
/// for debugging alone. Whoever has the file and a capture reads everything that the connections carried. It is off unless <see cref="Begin"/> is called,
/// whatever the environment says.
/// </summary>
/// <remarks>
/// The platform logs keys only under the switch <c>System.Net.EnableSslKeyLogging</c>, to the file that <c>SSLKEYLOGFILE</c> names when the first TLS
/// connection of the process begins (measured on .NET 10; both may be set while it runs). It neither makes that file private nor appends to it safely when
/// several processes share it. So the platform is given a pipe, and what comes out of it is appended here, in whole lines.
/// </remarks>
public sealed class TlsKeyLog : IDisposable
{
    /// <summary>The first line of a file that this type made.</summary>
    public const string Header = "# Sealway TLS key log: whoever has this file reads what the connections carried. Delete it when you are done.";

    private const string Switch = "System.Net.EnableSslKeyLogging";
    private const string Variable = "SSLKEYLOGFILE";

    // A line is a label, 32 bytes and at most 48 more, in hexadecimal digits.
    private const int LongestLine = 1024;

    private static readonly TimeSpan _drainTime = TimeSpan.FromSeconds(2);
    private static bool _begun;

    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.None);
    private readonly AnonymousPipeClientStream _writer;
    private readonly byte[] _end = System.Text.Encoding.ASCII.GetBytes($"# end of process {Environment.ProcessId}\n");
    private readonly KeyLogFile _file;
    private readonly Thread _pump;
    private long _lines;
    private int _disposed;

    private TlsKeyLog(KeyLogFile file)
    {
        _file = file;
        _writer = new AnonymousPipeClientStream(PipeDirection.Out, _pipe.ClientSafePipeHandle);
        _pump = new Thread(Pump) { IsBackground = true, Name = "TLS key log" };
    }

    /// <summary>The file, whole.</summary>
    public string Path => _file.Path;

    /// <summary>How many keys this process has written.</summary>
    public long Lines => Interlocked.Read(ref _lines);

    /// <summary>Forbids the platform to log keys, whatever the environment and the program's own settings say. To be called before anything else.</summary>
    public static void Forbid() => AppContext.SetSwitch(Switch, false);

    /// <summary>Makes the file, for other processes that will write to it, or looks whether it will do.</summary>
    /// <exception cref="TlsKeyLogException">The named reason.</exception>
    public static void Prepare(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!OperatingSystem.IsLinux())
        {
            throw new TlsKeyLogException(TlsKeyLogRefusal.NotPossible, "TLS keys can be logged on Linux only");
        }

        KeyLogFile.Open(System.IO.Path.GetFullPath(path)).Dispose();
    }

    /// <summary>Begins to log the keys of every TLS connection of this process, until it ends; before the first of them, and once.</summary>
    /// <param name="path">The file: made with mode 0600; or one that this type made before, which this user alone owns and can open. It is appended to.</param>
    /// <exception cref="TlsKeyLogException">The named reason; nothing is logged then.</exception>
    public static TlsKeyLog Begin(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!OperatingSystem.IsLinux())
        {
            throw new TlsKeyLogException(TlsKeyLogRefusal.NotPossible, "TLS keys can be logged on Linux only");
        }

        if (Interlocked.Exchange(ref _begun, true))
        {
            throw new TlsKeyLogException(TlsKeyLogRefusal.NotPossible, "this process has begun to log TLS keys before");
        }

        TlsKeyLog log = new(KeyLogFile.Open(System.IO.Path.GetFullPath(path)));
        log._pump.Start();
        try
        {
            log.Connect();
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Waits until what was logged so far is in the file, and writes no more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            // The platform holds its end of the pipe open for good, so that the pipe has no end of its own.
            _writer.Write(_end);
            _pump.Join(_drainTime);
            _writer.Dispose();
        }
    }

    // Hands the pipe to the platform, which opens it by its name when the process first uses TLS: so a first use is made here, and the name taken away again,
    // so that programs that this process starts do not see it.
    private void Connect()
    {
        string? before = Environment.GetEnvironmentVariable(Variable);
        string name = $"/proc/self/fd/{_writer.SafePipeHandle.DangerousGetHandle()}";
        int opened = Opened(name);
        AppContext.SetSwitch(Switch, true);
        Environment.SetEnvironmentVariable(Variable, name);
        try
        {
            using SslStream nobody = new(new MemoryStream());
            nobody.AuthenticateAsClient("localhost");
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // Nobody answers, of course.
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }

        if (Opened(name) <= opened)
        {
            throw new TlsKeyLogException(TlsKeyLogRefusal.NotPossible, "the platform did not open the key log: TLS was used before it was asked for, or this version of the platform cannot log keys");
        }
    }

    // How many descriptors of this process lead to the pipe.
    private static int Opened(string name)
    {
        string? pipe = File.ResolveLinkTarget(name, returnFinalTarget: false)?.Name;
        return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(one => Target(one) == pipe);
    }

    private static string? Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            // It was closed meanwhile.
            return null;
        }
    }

    private void Pump()
    {
        using (_pipe)
        using (_file)
        {
            byte[] buffer = new byte[LongestLine];
            int held = 0;
            while (true)
            {
                int read = _pipe.Read(buffer, held, buffer.Length - held);
                held += read;
                int begin = 0;
                for (int length; (length = buffer.AsSpan(begin, held - begin).IndexOf((byte)'\n') + 1) > 0; begin += length)
                {
                    ReadOnlySpan<byte> line = buffer.AsSpan(begin, length);
                    if (line.SequenceEqual(_end))
                    {
                        return;
                    }

                    // A disk that is full keeps nobody from shaking hands.
                    if (_file.TryAppend(line))
                    {
                        Interlocked.Increment(ref _lines);
                    }
                }

                buffer.AsSpan(begin, held - begin).CopyTo(buffer);
                held -= begin;
                if (read == 0)
                {
                    return;
                }

                // No key is as long: what began so is none.
                held = held == buffer.Length ? 0 : held;
            }
        }
    }
}
