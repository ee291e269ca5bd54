namespace Sealway.Gateway;

using Sealway.Fleet;

/// <summary>Writes <c>1</c> or <c>0</c> and a line's end to a file: a GPIO's value, or one that something else watches. A plain file is replaced whole; what a driver offers is written in place.</summary>
/// <param name="path">The file.</param>
public sealed class FileActuator(string path) : IHeatingActuator
{
    // What stands here is a driver's, whatever it looks like; it cannot be replaced, only written.
    private static readonly string[] _drivers = ["/sys/", "/dev/", "/proc/"];

    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public async Task SetAsync(bool on, CancellationToken cancellation = default)
    {
        string text = on ? "1\n" : "0\n";
        string target = File.Exists(_path) ? File.ResolveLinkTarget(_path, returnFinalTarget: true)?.FullName ?? _path : _path;
        if (Array.Exists(_drivers, driver => target.StartsWith(driver, StringComparison.Ordinal)))
        {
            await WriteInPlaceAsync(target, text, cancellation).ConfigureAwait(false);
            return;
        }

        try
        {
            PrivateFile.WritePublic(target, text);
        }
        catch (FleetFileException inner)
        {
            throw new IOException(inner.Message, inner);
        }
    }

    private static async Task WriteInPlaceAsync(string path, string text, CancellationToken cancellation)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, cancellation).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException inner)
        {
            throw new IOException(inner.Message, inner);
        }
    }
}
