namespace Sealway.App;

/// <summary>Keeps a second app out of a data folder: two would number commands alike. The lock goes with the process.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    /// <exception cref="IOException">Another process has the folder.</exception>
    public FolderLock(string folder)
    {
        try
        {
            _file = new FileStream(Path.Combine(folder, "app.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inner)
        {
            throw new IOException($"the folder '{folder}' is in use by another app", inner);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
