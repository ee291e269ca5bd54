namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>Asks the registry whether the party that a TLS certificate names may open, or keep, a session. The certificate itself was judged before.</summary>
/// <param name="registry">Gives what the registry says now.</param>
/// <param name="time">The clock.</param>
/// <param name="staleAfter">How old the registry's word may be for new sessions; null: any age.</param>
/// <param name="heard">When the registry's newest head that was verified was signed, in seconds since 1970; null: only its statuses count.</param>
/// <param name="sources">The roles that bring the registry here: the registrar at a cloud, the cloud elsewhere; null for both. They are let in while the registry is empty or old, and under a key that it does not know yet, else it could never arrive.</param>
public sealed class PeerCheck(Func<RegistryView> registry, TimeProvider time, TimeSpan? staleAfter = null, Func<ulong>? heard = null, IReadOnlyCollection<Role>? sources = null)
{
    private readonly IReadOnlyCollection<Role> _sources = sources ?? [Role.Registrar, Role.Cloud];

    /// <summary>Judges a party.</summary>
    /// <param name="name">The certificate's common name.</param>
    /// <param name="kid">The key in its SAN URI.</param>
    /// <param name="role">The role in its SAN URI.</param>
    /// <returns>
    /// Null if it is welcome; else <see cref="Refusal.UnknownKey"/>, <see cref="Refusal.WrongRole"/>, <see cref="Refusal.Contradiction"/> (another name than
    /// enrolled), <see cref="Refusal.Revoked"/> or <see cref="Refusal.RegistryStale"/>. Before the authority's enrolment has arrived, only whoever brings the registry is welcome.
    /// </returns>
    public Refusal? Check(string name, Kid kid, Role role)
    {
        RegistryView view = registry();
        if (!view.IsFounded)
        {
            return _sources.Contains(role) ? null : Refusal.UnknownKey;
        }

        if (view.Find(kid) is not { } party)
        {
            // Who brings the registry may have a new key, and its rotation is in what it brings.
            return _sources.Contains(role) ? null : Refusal.UnknownKey;
        }

        ulong now = (ulong)Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds());
        return party.Role != role ? Refusal.WrongRole
            : party.Name != name ? Refusal.Contradiction
            : view.WithdrawalOf(kid) is { } withdrawal && withdrawal.SinceMilliseconds <= now ? Refusal.Revoked
            : !_sources.Contains(role) && IsStale(view, now) ? Refusal.RegistryStale
            : null;
    }

    private bool IsStale(RegistryView view, ulong now)
    {
        if (staleAfter is not { } limit)
        {
            return false;
        }

        ulong word = Math.Max(view.LatestStatus?.ThroughMilliseconds ?? 0, (heard?.Invoke() ?? 0) * 1000);
        return now > word && now - word > (ulong)limit.TotalMilliseconds;
    }
}
