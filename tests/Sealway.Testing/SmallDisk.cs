namespace Sealway.Testing;

/// <summary>
/// A file system of its own with little room, so that a full disk is a full disk: a tmpfs, mounted in a temporary folder. Mounting needs root, or sudo without
/// a password. What fills it is a file beside what is tested.
/// </summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _asRoot;
    private int _fillings;

    private SmallDisk() => _asRoot = Environment.IsPrivilegedProcess ? [] : ["sudo", "-n"];

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Path;

    /// <summary>Mounts one.</summary>
    /// <param name="kibibytes">Its size in units of 1,024 bytes.</param>
    public static async Task<SmallDisk> MountAsync(int kibibytes)
    {
        SmallDisk disk = new();
        try
        {
            await disk.RunAsync("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k,mode=0777", "tmpfs", disk.Path);
            return disk;
        }
        catch
        {
            disk._folder.Dispose();
            throw;
        }
    }

    /// <summary>Writes until the file system has no room for one more byte.</summary>
    public void Fill()
    {
        using FileStream file = new(System.IO.Path.Combine(Path, $"filling-{_fillings++}"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
        byte[] block = new byte[65_536];
        for (int length = block.Length; length > 0;)
        {
            try
            {
                file.Write(block, 0, length);
            }
            catch (IOException)
            {
                length /= 2;
            }
        }
    }

    /// <summary>Takes away what filled it.</summary>
    public void MakeRoom()
    {
        foreach (string file in Directory.EnumerateFiles(Path, "filling-*"))
        {
            File.Delete(file);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "--lazy", Path);
        _folder.Dispose();
    }

    private async Task RunAsync(params string[] command)
    {
        string[] line = [.. _asRoot, .. command];
        ProcessRun run = await ProcessRun.Of(line[0], line[1..], "/");
        if (run.Code != 0)
        {
            throw new InvalidOperationException($"a small disk needs root, or sudo without a password: {string.Join(' ', line)}: {run.Error}");
        }
    }
}
