namespace Sealway.Log;

using Sealway.Messages;

/// <summary>Sorts out countersignatures from outside.</summary>
internal static class Countersigning
{
    /// <summary>Those that are validly signed on a head by a known key, at most one of each key. One that cannot be verified says nothing and harms nobody, so it is left out, not refused.</summary>
    public static List<Countersignature> Verified(Head head, IReadOnlyList<Countersignature> countersignatures, Func<Kid, PublicKey?> witness) =>
        Verified(head, countersignatures, witness, out _);

    /// <summary>The same, and how many are in a known key's name and not its own: replayed from another head, or forged.</summary>
    public static List<Countersignature> Verified(Head head, IReadOnlyList<Countersignature> countersignatures, Func<Kid, PublicKey?> witness, out int forged)
    {
        forged = 0;
        List<Countersignature> verified = [];
        foreach (Countersignature countersignature in countersignatures)
        {
            if (verified.Any(other => other.Kid == countersignature.Kid) || witness(countersignature.Kid) is not { } key)
            {
                continue;
            }

            if (Verifies(countersignature, key, head))
            {
                verified.Add(countersignature);
            }
            else
            {
                forged++;
            }
        }

        return verified;
    }

    private static bool Verifies(Countersignature countersignature, PublicKey key, Head head)
    {
        try
        {
            countersignature.Verify(key, head);
            return true;
        }
        catch (MessageException)
        {
            return false;
        }
    }
}
