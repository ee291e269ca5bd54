namespace Sealway.Log;

using Sealway.Messages;

/// <summary>Sorts out countersignatures from outside.</summary>
internal static class Countersigning
{
    /// <summary>Those that are validly signed on a head by a known key, at most one of each key. One that cannot be verified says nothing and harms nobody, so it is left out, not refused.</summary>
    public static List<Countersignature> Verified(Head head, IReadOnlyList<Countersignature> countersignatures, Func<Kid, PublicKey?> witness)
    {
        List<Countersignature> verified = [];
        foreach (Countersignature countersignature in countersignatures)
        {
            if (verified.All(other => other.Kid != countersignature.Kid)
                && witness(countersignature.Kid) is { } key
                && Verifies(countersignature, key, head))
            {
                verified.Add(countersignature);
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
