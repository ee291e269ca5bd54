namespace Sealway.Links;

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

/// <summary>The file of a <see cref="TlsKeyLog"/>: its owner's alone, never reached through a symbolic link, appended to by several processes in whole lines.</summary>
internal sealed class KeyLogFile : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // statx(2) and fcntl(2): the same numbers and the same layout on every architecture.
    private const int SetFlags = 4;
    private const int Append = 0x400;
    private const int FromWorkingFolder = -100;
    private const int DoNotFollow = 0x100;
    private const int OfTheHandle = 0x1000;
    private const uint Basic = 0x7FF;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    private static readonly byte[] _header = Encoding.ASCII.GetBytes(TlsKeyLog.Header + "\n");

    private readonly SafeFileHandle _handle;

    private KeyLogFile(string path, SafeFileHandle handle) => (Path, _handle) = (path, handle);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes the file, or opens one that was made so before.</summary>
    /// <exception cref="TlsKeyLogException">The named reason.</exception>
    [SupportedOSPlatform("linux")]
    public static KeyLogFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            Make(path);
            handle = Found(path);
            return Fcntl(handle, SetFlags, Append) == 0
                ? new KeyLogFile(path, handle)
                : throw new TlsKeyLogException(TlsKeyLogRefusal.CannotWrite, $"{path} cannot be appended to (errno {Marshal.GetLastPInvokeError()})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsKeyLogException(TlsKeyLogRefusal.CannotWrite, $"{path} cannot be made or opened: {e.Message}", e);
        }
        catch
        {
            handle?.Dispose();
            throw;
        }
    }

    /// <summary>Appends a line; false if it could not be written.</summary>
    public bool TryAppend(ReadOnlySpan<byte> line)
    {
        try
        {
            // Appended wherever the end is by then: other processes write here too.
            RandomAccess.Write(_handle, line, 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [SupportedOSPlatform("linux")]
    private static void Make(string path)
    {
        try
        {
            // Where a link is, even one that leads nowhere, nothing is made.
            using FileStream made = new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0, UnixCreateMode = Owner });
            made.Write(_header);
        }
        catch (IOException) when (Stat(FromWorkingFolder, path, DoNotFollow) is not null)
        {
            // Something is there: it is looked at.
        }
    }

    private static SafeFileHandle Found(string path)
    {
        FileStatus named = Stat(FromWorkingFolder, path, DoNotFollow) ?? throw new FileNotFoundException("it went away");
        Require((named.Mode & TypeMask) == RegularFile && named.Links == 1, TlsKeyLogRefusal.NotAPlainFile, $"{path} is a link, or no plain file: name a file that is not there yet");
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            // Asked of the open file, so that it is the one that was looked at and no other by now.
            FileStatus open = Stat((int)handle.DangerousGetHandle(), string.Empty, OfTheHandle) ?? throw new IOException("it cannot be looked at");
            Require(open.Inode == named.Inode && open.Device == named.Device, TlsKeyLogRefusal.NotAPlainFile, $"{path} was exchanged while it was opened");
            Require(open.User == EffectiveUser(), TlsKeyLogRefusal.NotYours, $"{path} belongs to another user: name a file that is not there yet");
            Require((open.Mode & 0x1FF) == (int)Owner, TlsKeyLogRefusal.OpenToOthers, $"others may open {path}: run chmod 600 on it, or name a file that is not there yet");
            byte[] begin = new byte[_header.Length];
            Require(RandomAccess.Read(handle, begin, 0) == begin.Length && begin.AsSpan().SequenceEqual(_header), TlsKeyLogRefusal.NotAKeyLog, $"{path} holds something else and is left as it is: name a file that is not there yet");
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void Require(bool holds, TlsKeyLogRefusal reason, string text)
    {
        if (!holds)
        {
            throw new TlsKeyLogException(reason, text);
        }
    }

    private static FileStatus? Stat(int folder, string path, int flags)
    {
        byte[] name = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, name);
        return Statx(folder, name, flags, Basic, out FileStatus status) == 0 ? status : null;
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, out FileStatus status);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fcntl(SafeFileHandle handle, int command, int argument);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();

    // The fields of struct statx that are asked for; its size is 256 bytes.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint User;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        // Major and minor number, beside each other.
        [FieldOffset(136)]
        public ulong Device;
    }
}
