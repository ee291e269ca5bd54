namespace Sealway.Sensor.Numbers;

using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

/// <summary>Replaces a small file so that after a power cut there is either the old content or the new, and the new for sure once this returns.</summary>
internal static class DurableFile
{
    private const int ReadOnlyFlag = 0;

    /// <summary>The name that the new content has until it is complete. One left by a crash means nothing and is overwritten.</summary>
    public static string TemporaryName(string file) => file + ".new";

    public static void Replace(string file, ReadOnlySpan<byte> content)
    {
        string temporary = TemporaryName(file);
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (FileStream stream = new(temporary, options))
        {
            stream.Write(content);
            // Before the rename: a name must never lead to content that is not on the disk.
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
        // Until the folder is on the disk too, a power cut can bring the old content back.
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
    }

    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals the rename itself, and a folder cannot be flushed there.
            return;
        }

        byte[] path = new byte[Encoding.UTF8.GetByteCount(folder) + 1];
        Encoding.UTF8.GetBytes(folder, path);
        using SafeFileHandle handle = new(Open(path, ReadOnlyFlag), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"the folder '{folder}' cannot be opened to be flushed (errno {Marshal.GetLastSystemError()})");
        }

        RandomAccess.FlushToDisk(handle);
    }

    // The platform's own file functions refuse to open a folder.
    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open(byte[] path, int flags);
}
