namespace Sealway.Log.Tests.Store;

using System.Globalization;

/// <summary>A process that appends until it is killed, and says on its output what it was told is stored.</summary>
internal static class Doomed
{
    public const string Argument = "append-until-killed";

    public static async Task<int> Run(string path, int seed)
    {
        Random random = new(seed);
        await using SqliteLogStore store = SqliteLogStore.Open(path);
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
            await store.Append(
                Sample.Log, from, leaves, new SignedHead(Sample.Head(tree)), [new Note("size", System.Text.Encoding.ASCII.GetBytes(size))], CancellationToken.None);
            await Console.Out.WriteLineAsync(size);
            await Console.Out.FlushAsync();
        }
    }
}
