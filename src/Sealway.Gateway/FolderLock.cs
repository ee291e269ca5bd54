namespace Sealway.Gateway;

/// <summary>Keeps a second gateway out of a data folder: two writers of one log would fork it. The lock goes with the process.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    /// <exception cref="IOException">Another process has the folder.</exception>
    internal FolderLock(string folder)
    {
        string path = Path.Combine(folder, "gateway.lock");
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inner)
        {
            throw new IOException($"the folder '{folder}' is in use by another gateway", inner);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
