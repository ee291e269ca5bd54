namespace Sealway.Cloud;

/// <summary>Keeps a second cloud out of a fleet's data folder. The lock goes with the process.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    /// <exception cref="IOException">Another process has the folder.</exception>
    public FolderLock(string folder)
    {
        try
        {
            _file = new FileStream(Path.Combine(folder, "cloud.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inner)
        {
            throw new IOException($"the folder '{folder}' is in use by another cloud", inner);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
