namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet erase LOG INDEX --reason WORDS</c>.</summary>
internal static class FleetErase
{
    public static Command Create()
    {
        Argument<string> log = new("log") { Description = "Which log: the gateway's name and the generation, as in ward-3/0." };
        Argument<ulong> index = new("index") { Description = "The entry, counted from 0." };
        Option<ulong?> last = new("--last") { Description = "The last entry, where several in a row are to be erased; at most 1,024 at once." };
        Option<string> reason = new("--reason") { Description = "Why, in words. Everybody in the fleet can read it.", Required = true };
        Command command = new("erase", "Order entries of a log erased, everywhere and for good.") { log, index, last, reason };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            Erasure erasure = Parse(result.GetRequiredValue(log), result.GetValue(index), result.GetValue(last), result.GetRequiredValue(reason));
            Authority authority = await place.OpenAuthorityAsync(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                Require(authority.Registry, erasure);
                await StatementRefused.Watch(authority.EraseAsync(erasure, stop)).ConfigureAwait(false);
                string entries = erasure.First == erasure.Last ? $"entry {erasure.First}" : $"entries {erasure.First} to {erasure.Last}";
                await result.InvocationConfiguration.Output.WriteLineAsync($"ordered {entries} of {erasure.ErasedLog} erased").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static Erasure Parse(string log, ulong first, ulong? last, string reason)
    {
        if (!LogId.TryParse(log, out LogId id))
        {
            throw new UserError($"\"{log}\" is no log", "log", "write the gateway's name and the generation, for example ward-3/0", ExitCode.Usage);
        }

        ulong end = last ?? first;
        if (first > Limits.LargestNumber || end > Limits.LargestNumber || end < first)
        {
            throw new UserError("the last entry is before the first, or beyond all", "--last", "write for example 17 --last 20", ExitCode.Usage);
        }

        return end - first < Limits.ErasedEntries
            ? new Erasure(id, first, end, reason)
            : throw new UserError(string.Create(CultureInfo.InvariantCulture, $"one statement erases at most {Limits.ErasedEntries:N0} entries"), "--last", "order it in several steps", ExitCode.Usage);
    }

    // Says what the registry would only call an unknown key or a contradiction.
    private static void Require(RegistryView registry, Erasure erasure)
    {
        if (erasure.ErasedLog.Name == registry.Log.Name)
        {
            throw new UserError("nothing of the registry is ever erased: all else is verified with it", "log", "name a gateway's log", ExitCode.Usage);
        }

        if (registry.FindByName(erasure.ErasedLog.Name, Role.Gateway) is null)
        {
            throw new UserError($"there is no gateway \"{erasure.ErasedLog.Name}\"", "log", "see sealway fleet show", ExitCode.Usage);
        }

        if (Enumerable.Range(0, (int)(erasure.Last - erasure.First + 1)).All(i => registry.IsErased(erasure.ErasedLog, erasure.First + (ulong)i)))
        {
            throw new UserError("that was ordered erased before", mend: "see sealway fleet show");
        }
    }
}
