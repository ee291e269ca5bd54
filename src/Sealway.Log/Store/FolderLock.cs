namespace Sealway.Log;

/// <summary>Keeps a second process of one part out of a data folder: two gateways would fork their log, two apps number commands alike. The lock goes with the process.</summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Takes the lock, the file <c>PART.lock</c> in the folder.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="part">What it is kept for, such as <c>gateway</c>.</param>
    /// <exception cref="IOException">Another process has the folder.</exception>
    public FolderLock(string folder, string part)
    {
        try
        {
            _file = new FileStream(Path.Combine(folder, $"{part}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inner)
        {
            throw new IOException($"the folder '{folder}' is in use by another {part}", inner);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
