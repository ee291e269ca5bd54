namespace Sealway.Fleet;

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

/// <summary>
/// Small files that are on disk whole or not at all, and private ones that their owner alone can read. A write goes to
/// a new file beside the old one, is flushed, takes the old one's name, and the folder is flushed: after a power cut there
/// is either the old content or the new, and the new for sure once the call has returned.
/// </summary>
public static class PrivateFile
{
    /// <summary>The longest file read, in bytes: far above any key or certificate.</summary>
    public const int MaxBytes = 65_536;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes a file that its owner alone can read (mode 0600).</summary>
    /// <param name="path">Where; what was there is replaced.</param>
    /// <param name="content">The bytes; the caller erases them.</param>
    /// <exception cref="FleetFileException">It cannot be written; what was there before still is.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content) => Replace(path, content, Owner);

    /// <summary>Writes a private text, such as a key in PEM, and leaves no copy of it behind.</summary>
    /// <param name="path">Where; what was there is replaced.</param>
    /// <param name="text">The text; the caller erases it where it can.</param>
    /// <exception cref="FleetFileException">It cannot be written; what was there before still is.</exception>
    public static void Write(string path, ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        try
        {
            Encoding.UTF8.GetBytes(text, bytes);
            Write(path, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Writes a file that everybody may read (mode 0644), as safely.</summary>
    /// <param name="path">Where; what was there is replaced.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="FleetFileException">It cannot be written; what was there before still is.</exception>
    public static void WritePublic(string path, string text) =>
        Replace(path, Encoding.UTF8.GetBytes(text), Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    /// <summary>Reads a private file.</summary>
    /// <param name="path">Which.</param>
    /// <returns>The bytes; the caller erases them.</returns>
    /// <exception cref="FleetFileException">It is missing or too long, or others can read it: the text says the command that mends that.</exception>
    public static byte[] Read(string path) => Read(path, isPrivate: true);

    /// <summary>Reads a private text.</summary>
    /// <param name="path">Which.</param>
    /// <returns>The characters; the caller erases them.</returns>
    /// <exception cref="FleetFileException">As for <see cref="Read(string)"/>.</exception>
    public static char[] ReadText(string path)
    {
        byte[] bytes = Read(path, isPrivate: true);
        try
        {
            return Encoding.UTF8.GetChars(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Reads a file that everybody may read.</summary>
    /// <param name="path">Which.</param>
    /// <returns>The text.</returns>
    /// <exception cref="FleetFileException">It is missing or too long.</exception>
    public static string ReadPublic(string path) => Encoding.UTF8.GetString(Read(path, isPrivate: false));

    /// <summary>Makes a folder that its owner alone can enter (mode 0700); one that is there stays as it is.</summary>
    /// <param name="path">Where.</param>
    /// <exception cref="FleetFileException">It cannot be made.</exception>
    public static void CreateFolder(string path)
    {
        try
        {
            // What is stored in it is worth nothing if a power cut takes its name, or that of a folder above, away again.
            Stack<string> missing = new();
            for (string folder = Path.GetFullPath(path); !Directory.Exists(folder); folder = Parent(folder))
            {
                missing.Push(folder);
            }

            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
            }

            foreach (string folder in missing)
            {
                FlushFolder(Parent(folder));
            }
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            throw new FleetFileException(path, $"the folder cannot be made: {inner.Message}", inner);
        }
    }

    /// <summary>Gives a finished folder its name, durably.</summary>
    /// <param name="from">The folder with its temporary name, beside the final one.</param>
    /// <param name="to">The final name; nothing is there.</param>
    /// <exception cref="FleetFileException">It cannot be renamed.</exception>
    internal static void MoveFolder(string from, string to)
    {
        try
        {
            FlushFolder(from);
            Directory.Move(from, to);
            FlushFolder(Parent(to));
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            throw new FleetFileException(to, $"the finished folder '{from}' cannot be given this name: {inner.Message}", inner);
        }
    }

    /// <summary>Gives a finished file its name, durably; what was there is replaced.</summary>
    /// <param name="from">The file with its temporary name, beside the final one.</param>
    /// <param name="to">The final name.</param>
    /// <exception cref="FleetFileException">It cannot be renamed.</exception>
    internal static void MoveFile(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            FlushFolder(Parent(to));
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            throw new FleetFileException(to, $"the finished file '{from}' cannot be given this name: {inner.Message}", inner);
        }
    }

    private static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        // A name of its own, so that two processes do not write into one file.
        string temporary = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.new";
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = mode;
            }

            using (FileStream stream = new(temporary, options))
            {
                stream.Write(content);

                // Before the rename: a name must never lead to content that is not on the disk.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            FlushFolder(Parent(path));
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new FleetFileException(path, $"it cannot be written: {inner.Message}", inner);
        }
    }

    private static byte[] Read(string path, bool isPrivate)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);

            // Asked of the open file, so that it cannot be another one by the time it is read.
            if (isPrivate && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & Others) != 0)
            {
                throw new FleetFileException(path, $"others can read or change this private file; run: chmod 600 '{path}'");
            }

            long length = RandomAccess.GetLength(handle);
            if (length > MaxBytes)
            {
                throw new FleetFileException(path, $"{length} bytes, at most {MaxBytes}: this is not a file of a fleet");
            }

            byte[] bytes = new byte[length];
            int read = 0;
            while (read < bytes.Length)
            {
                int more = RandomAccess.Read(handle, bytes.AsSpan(read), read);
                if (more == 0)
                {
                    throw new FleetFileException(path, "it became shorter while it was read; try again");
                }

                read += more;
            }

            return bytes;
        }
        catch (Exception inner) when (inner is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FleetFileException(path, "the file is missing", inner);
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            throw new FleetFileException(path, $"it cannot be read: {inner.Message}", inner);
        }
    }

    private static string Parent(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            // What is left has a name that nothing reads and a mode that keeps others out.
        }
    }

    // Until the folder is on the disk too, a power cut can bring the old content back.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals the rename itself, and a folder cannot be flushed there.
            return;
        }

        byte[] name = new byte[Encoding.UTF8.GetByteCount(folder) + 1];
        Encoding.UTF8.GetBytes(folder, name);
        using SafeFileHandle handle = new(Open(name, 0), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"the folder '{folder}' cannot be opened to be flushed (errno {Marshal.GetLastPInvokeError()})");
        }

        RandomAccess.FlushToDisk(handle);
    }

    // The platform's own file functions refuse to open a folder.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open(byte[] path, int flags);
}
