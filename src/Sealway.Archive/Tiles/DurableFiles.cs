namespace Sealway.Archive;

using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

/// <summary>
/// Writes the files of one transaction: each file is complete and on the disk before it has its name, and
/// <see cref="Flush"/> makes the names themselves durable. Files are readable by their owner and its group (mode 0640),
/// so that a file server in that group can serve them.
/// </summary>
/// <param name="root">What paths are relative to.</param>
/// <param name="step">Called before and after each operation on the disk; tests let it throw. Null for none.</param>
internal sealed class DurableFiles(string root, Action<string>? step = null)
{
    private const UnixFileMode FileMode640 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const UnixFileMode FolderMode750 = FileMode640 | UnixFileMode.UserExecute | UnixFileMode.GroupExecute;

    private readonly HashSet<string> _folders = [];

    public string Root { get; } = root;

    public string Full(string path) => Path.Combine(Root, path);

    /// <summary>Puts a file in its place, over what is there.</summary>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        string file = Full(path);
        string folder = Path.GetDirectoryName(file)!;
        CreateFolder(folder);
        string unfinished = file + TilePath.Unfinished;
        step?.Invoke(path);
        using (FileStream stream = new(unfinished, Options(FileMode.Create)))
        {
            stream.Write(content);

            // Before the rename: a name must never lead to content that is not on the disk.
            stream.Flush(flushToDisk: true);
        }

        step?.Invoke(path);
        File.Move(unfinished, file, overwrite: true);
        _folders.Add(folder);
        step?.Invoke(path);
    }

    /// <summary>Puts a copy for readers in its place: whole, but not made durable, since it can be made again.</summary>
    public void Publish(string path, ReadOnlySpan<byte> content)
    {
        string file = Full(path);
        step?.Invoke(path);
        using (FileStream stream = new(file + TilePath.Unfinished, Options(FileMode.Create)))
        {
            stream.Write(content);
        }

        File.Move(file + TilePath.Unfinished, file, overwrite: true);
        step?.Invoke(path);
    }

    /// <summary>Makes a file this long, cutting what a crash left, and writes on from there.</summary>
    public void Extend(string path, long length, ReadOnlySpan<byte> content)
    {
        string file = Full(path);
        string folder = Path.GetDirectoryName(file)!;
        CreateFolder(folder);
        step?.Invoke(path);
        using (FileStream stream = new(file, Options(FileMode.OpenOrCreate)))
        {
            if (stream.Length < length)
            {
                throw new InvalidDataException($"{file} is shorter than what was stored in it");
            }

            stream.SetLength(length);
            stream.Seek(length, SeekOrigin.Begin);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        if (length == 0)
        {
            _folders.Add(folder);
        }

        step?.Invoke(path);
    }

    /// <summary>Makes the names of all files written so far durable.</summary>
    public void Flush()
    {
        foreach (string folder in _folders)
        {
            step?.Invoke(folder);
            FlushFolder(folder);
        }

        _folders.Clear();
    }

    /// <summary>Removes a file that nothing needs any more; if that fails it stays, and harms nobody.</summary>
    public void Remove(string path) => Try(() => File.Delete(Full(path)));

    /// <summary>Removes a folder with all that is in it; if that fails it stays, and harms nobody.</summary>
    public void RemoveFolder(string path) => Try(() => Directory.Delete(Full(path), recursive: true));

    /// <summary>Removes a file for good.</summary>
    public void Erase(string path)
    {
        string file = Full(path);
        step?.Invoke(path);
        File.Delete(file);
        _folders.Add(Path.GetDirectoryName(file)!);
    }

    /// <summary>Makes a folder, and those above it; what is there stays.</summary>
    public void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        string above = Path.GetDirectoryName(folder)!;
        CreateFolder(above);
        step?.Invoke(folder);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, FolderMode750);
        }

        _folders.Add(above);
    }

    public static FileStreamOptions Options(FileMode mode)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode640;
        }

        return options;
    }

    private static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            // It is found again and removed when the store is opened the next time.
        }
    }

    // Until the folder is on the disk too, a power cut can take the names away again.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals the rename itself, and a folder cannot be flushed there.
            return;
        }

        byte[] path = new byte[Encoding.UTF8.GetByteCount(folder) + 1];
        Encoding.UTF8.GetBytes(folder, path);
        using SafeFileHandle handle = new(Open(path, 0), ownsHandle: true);
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
