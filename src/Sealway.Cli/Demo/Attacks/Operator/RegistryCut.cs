namespace Sealway.Cli.Demo.Attacks;

using Sealway.Log;
using Sealway.Messages;

/// <summary>Finds statements in the registry, so that a hostile cloud can keep them back or put others in their place.</summary>
internal static class RegistryCut
{
    /// <summary>The index of the first statement that is meant.</summary>
    public static async Task<ulong> IndexOfAsync(ILogStore store, LogId registry, Func<StatementContent, bool> meant, CancellationToken stop)
    {
        await foreach ((ulong index, ReadOnlyMemory<byte> bytes) in DemoBytes.Entries(store, registry, stop).ConfigureAwait(false))
        {
            if (meant(Statement.FromUntrusted(Entry.FromUntrusted(bytes)).Content))
            {
                return index;
            }
        }

        throw new InvalidOperationException("the registry does not have the statement");
    }

    /// <summary>Answers as if the registry ended before an index.</summary>
    public static void CutRegistry(this HostileCloud cloud, ulong size)
    {
        LogId registry = cloud.Stolen.RegistryLog;
        cloud.Instead = async (request, stop) => request switch
        {
            EntriesRequest entries when entries.Log == registry => await cloud.UpToAsync(entries, size, stop).ConfigureAwait(false),
            _ when request.Log == registry => await cloud.HeldAsync(registry, size, stop).ConfigureAwait(false),
            _ => await cloud.HonestAsync(request, stop).ConfigureAwait(false),
        };
    }

    /// <summary>An append with one entry replaced.</summary>
    public static Append With(Append append, ulong index, Entry entry)
    {
        AppendEntry[] entries = [.. append.Entries];
        entries[(int)(index - append.From)] = AppendEntry.Full(entry.Bytes);
        return append with { Entries = entries };
    }
}
