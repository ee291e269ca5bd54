namespace Sealway.Cli.Demo.Attacks;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

/// <summary>Tries every attack against the running parts, and tells of each who noticed, by what, and after how long.</summary>
internal sealed class AttackRun(AttackScene scene, TextWriter output)
{
    private const int NameWidth = 52;

    /// <summary>Tries them: those that take minutes beside the others, these one after the other.</summary>
    public async Task<IReadOnlyList<AttackOutcome>> RunAsync(IReadOnlyList<Attack> attacks, CancellationToken stop)
    {
        List<(Attack Attack, Task<AttackOutcome> Outcome)> slow = [.. attacks.Where(attack => attack.TakesLong).Select(attack => (attack, TryAsync(attack, stop)))];
        Dictionary<Attack, AttackOutcome> outcomes = [];
        foreach (IGrouping<Attacker, Attack> hand in attacks.Where(attack => !attack.TakesLong).GroupBy(attack => attack.Attacker).OrderBy(group => group.Key))
        {
            await output.WriteLineAsync($"· attacks by {Words(hand.Key)}").ConfigureAwait(false);
            foreach (Attack attack in hand)
            {
                await TellAsync(outcomes[attack] = await TryAsync(attack, stop).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }

        if (slow.Count > 0)
        {
            await output.WriteLineAsync("· attacks that take their time").ConfigureAwait(false);
        }

        foreach ((Attack attack, Task<AttackOutcome> outcome) in slow)
        {
            await TellAsync(outcomes[attack] = await outcome.ConfigureAwait(false)).ConfigureAwait(false);
        }

        return [.. attacks.Select(attack => outcomes[attack])];
    }

    /// <summary>Whose hand, for a person.</summary>
    internal static string Words(Attacker attacker) => attacker switch
    {
        Attacker.OnTheAir => "whoever is on the wire or the air",
        Attacker.Gateway => "a gateway",
        Attacker.CloudOperator => "the cloud's operator",
        _ => "members and strangers",
    };

    [SuppressMessage("Design", "CA1031", Justification = "An attack that breaks down is one that was not shown to be noticed: it is told, and the others go on.")]
    private async Task<AttackOutcome> TryAsync(Attack attack, CancellationToken stop)
    {
        string hand = Words(attack.Attacker);
        try
        {
            Noticed noticed = await attack.TryAsync(scene, stop).ConfigureAwait(false);
            return new AttackOutcome(attack.Name, hand, noticed.Tried, noticed.Times, noticed.By, noticed.How, Math.Round(noticed.AfterMs, 1));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Unnoticed unnoticed)
        {
            return new AttackOutcome(attack.Name, hand, unnoticed.Tried, unnoticed.Times, "nobody", unnoticed.Message, 0);
        }
        catch (Exception failed)
        {
            return new AttackOutcome(attack.Name, hand, 0, 0, "nobody", $"could not be tried: {failed.Message}", 0);
        }
    }

    private Task TellAsync(AttackOutcome outcome)
    {
        StringBuilder line = new();
        line.Append(outcome.IsGood ? "  noticed " : "  MISSED  ");
        line.Append((outcome.Tried > 1 ? string.Create(CultureInfo.InvariantCulture, $"{outcome.Name} ({outcome.Noticed} of {outcome.Tried})") : outcome.Name).PadRight(NameWidth));
        line.Append(outcome.IsGood
            ? string.Create(CultureInfo.InvariantCulture, $" {outcome.By}, {Time(outcome.AfterMs)}: {outcome.How}")
            : $" {outcome.How}");
        return output.WriteLineAsync(line.ToString());
    }

    private static string Time(double milliseconds) => milliseconds < 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0} s");
}
