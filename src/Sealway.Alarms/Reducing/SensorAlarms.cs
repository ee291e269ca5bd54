namespace Sealway.Alarms;

using System.Collections.Immutable;

/// <summary>What the rules remember of one sensor.</summary>
/// <param name="HeardAt">When something that counts, and is not stale, was last heard; at first when anything valid was.</param>
/// <param name="Conditions">In the order of the rules.</param>
internal sealed record SensorAlarms(ulong HeardAt, ImmutableArray<Condition> Conditions)
{
    public Condition? Of(int rule)
    {
        foreach (Condition condition in Conditions)
        {
            if (condition.Rule == rule)
            {
                return condition;
            }
        }

        return null;
    }

    public SensorAlarms With(int rule, Condition? next)
    {
        int at = 0;
        while (at < Conditions.Length && Conditions[at].Rule < rule)
        {
            at++;
        }

        bool known = at < Conditions.Length && Conditions[at].Rule == rule;
        return next is null ? (known ? this with { Conditions = Conditions.RemoveAt(at) } : this)
            : !known ? this with { Conditions = Conditions.Insert(at, next) }
            : ReferenceEquals(Conditions[at], next) ? this
            : this with { Conditions = Conditions.SetItem(at, next) };
    }
}
