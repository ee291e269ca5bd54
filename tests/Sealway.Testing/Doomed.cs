namespace Sealway.Testing;

using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using Sealway.Log;

/// <summary>A process that appends to a store until it is killed, and says on its output what it was told is stored.</summary>
public static class Doomed
{
    /// <summary>The first argument with which a test program is told to be that process; a path and a seed follow.</summary>
    public const string Argument = "append-until-killed";

    /// <summary>Appends for ever.</summary>
    public static async Task Run(ILogStore store, int seed)
    {
        Random random = new(seed);
        LogState? state = await store.State(Sample.Log, CancellationToken.None);
        Frontier tree = state?.Frontier ?? new Frontier();
        while (true)
        {
            ulong from = tree.Size;
            LogEntry[] leaves = Sample.Leaves(from, from + (ulong)random.Next(1, 400));
            foreach (LogEntry leaf in leaves)
            {
                tree.Append(leaf.Hash);
            }

            string size = tree.Size.ToString(CultureInfo.InvariantCulture);
            await store.Append(Sample.Log, from, leaves, new SignedHead(Sample.Head(tree)), [new Note("size", Encoding.ASCII.GetBytes(size))], CancellationToken.None);
            await Console.Out.WriteLineAsync(size);
            await Console.Out.FlushAsync();
        }
    }

    /// <summary>Starts this test program as that process, and kills it after it has said some sizes.</summary>
    /// <returns>The last size that it was told is stored.</returns>
    public static async Task<ulong> KillAsync(string path, int seed, int lines, CancellationToken ct)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        }

        start.ArgumentList.Add(Argument);
        start.ArgumentList.Add(path);
        start.ArgumentList.Add(seed.ToString(CultureInfo.InvariantCulture));
        using Process process = Process.Start(start)!;
        ulong told = 0;
        for (int line = 0; line < lines; line++)
        {
            told = ulong.Parse((await process.StandardOutput.ReadLineAsync(ct))!, CultureInfo.InvariantCulture);
        }

        process.Kill();
        await process.WaitForExitAsync(ct);
        while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            // The kill may have cut the last line short.
            told = ulong.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out ulong size) && size > told ? size : told;
        }

        return told;
    }
}
