namespace Sealway.Fleet;

using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

/// <summary>
/// One process at a time in a folder: the others wait. Held by the system, so that it ends with the process. A running registrar and a command
/// that replaces its keys both finish what the registry says, and must not rename the same folders at once.
/// </summary>
internal sealed class FolderTurn : IDisposable
{
    private const int Exclusive = 2;
    private const int Interrupted = 4;

    private readonly SafeFileHandle? _handle;

    private FolderTurn(SafeFileHandle? handle) => _handle = handle;

    /// <summary>Waits for the turn.</summary>
    /// <exception cref="FleetFileException">The folder cannot be opened or locked.</exception>
    public static FolderTurn Take(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return new FolderTurn(null);
        }

        byte[] name = new byte[Encoding.UTF8.GetByteCount(folder) + 1];
        Encoding.UTF8.GetBytes(folder, name);
        SafeFileHandle handle = new(Open(name, 0), ownsHandle: true);
        while (handle.IsInvalid || Lock(handle, Exclusive) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (handle.IsInvalid || error != Interrupted)
            {
                handle.Dispose();
                throw new FleetFileException(folder, $"the folder cannot be locked (errno {error})");
            }
        }

        return new FolderTurn(handle);
    }

    public void Dispose() => _handle?.Dispose();

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lock(SafeFileHandle handle, int operation);
}
