namespace Sealway.Fleet;

using System.Collections.Immutable;

using Sealway.Messages;

/// <summary>What each statement does to the registry, and what makes it an anomaly. Pure: the same entries give the same view everywhere.</summary>
internal static class RegistryRules
{
    private const string What = "registry";

    public static RegistryView Apply(RegistryView before, ReadOnlyMemory<byte> bytes) => Apply(before, bytes, excerpt: false);

    /// <summary>Applies an entry of an excerpt, in which others are left out: a status there may list keys that the excerpt does not name, but no key that it names without its withdrawal.</summary>
    public static RegistryView ApplyExcerpt(RegistryView before, ulong index, ReadOnlyMemory<byte> bytes) => Apply(before.With(size: index), bytes, excerpt: true);

    private static RegistryView Apply(RegistryView before, ReadOnlyMemory<byte> bytes, bool excerpt)
    {
        try
        {
            return Effect(before, bytes, excerpt).With(size: before.Size + 1);
        }
        catch (MessageException refused)
        {
            return before.With(size: before.Size + 1, anomalies: before.AnomalyList.Add(new Anomaly(before.Size, refused.Reason)));
        }
    }

    private static RegistryView Effect(RegistryView before, ReadOnlyMemory<byte> bytes, bool excerpt)
    {
        if (bytes.IsEmpty)
        {
            throw new MessageException(Refusal.UnexpectedBlank, What);
        }

        Entry entry = Entry.FromUntrusted(bytes);
        Statement statement = Statement.FromUntrusted(entry);
        RegistryView after = before.Size == 0 ? Found(before, entry, statement)
            : !before.IsFounded ? throw new MessageException(Refusal.WrongSigner, What)
            : statement.Content switch
            {
                Enrolment enrolment => Enrol(Signed(before, entry, statement, before.Authority), enrolment),
                Assignment assignment => Assign(Signed(before, entry, statement, before.Authority), assignment),
                Revocation revocation => Revoke(Signed(before, entry, statement, before.Authority), revocation),
                Status status => State(Signed(before, entry, statement, StatusSigner(before, statement.Signer)), status, entry.At, excerpt),
                Rotation rotation => Rotate(Signed(before, entry, statement, RotationSigner(before, rotation)), rotation),
                Erasure erasure => Erase(Signed(before, entry, statement, before.Authority), erasure, entry.At),
                _ => throw new MessageException(Refusal.WrongKind, What),
            };
        return after.AnomalyList.Count > before.AnomalyList.Count ? after : after.With(lastAt: Math.Max(before.LastAt, entry.At));
    }

    private static RegistryView Found(RegistryView before, Entry entry, Statement statement)
    {
        if (statement.Content is not Enrolment { Role: Role.Authority } enrolment)
        {
            throw new MessageException(Refusal.WrongKind, What);
        }

        if (!enrolment.Key.Equals(before.Authority))
        {
            throw new MessageException(Refusal.WrongSigner, What);
        }

        LogId log = new(enrolment.Name, 0);
        return Add(Signed(before.With(log: log, recovery: enrolment.Recovery), entry, statement, before.Authority), enrolment);
    }

    private static RegistryView Enrol(RegistryView before, Enrolment enrolment) => enrolment.Role == Role.Authority
        ? throw new MessageException(Refusal.WrongRole, What)
        : Add(before, enrolment);

    private static RegistryView Add(RegistryView before, Enrolment enrolment)
    {
        RequireNew(before, enrolment.Key, enrolment.Agreement);
        if (before.KidsByName.ContainsKey(enrolment.Name))
        {
            throw new MessageException(Refusal.AlreadyEnrolled, What);
        }

        Kid kid = enrolment.Key.Kid;
        Party party = new(kid, enrolment.Key, enrolment.Role, enrolment.Name, enrolment.Model, enrolment.Certificate, enrolment.Agreement, before.Size);
        return before.With(
            parties: before.PartiesByKid.Add(kid, party),
            agreementKids: With(before.AgreementKids, enrolment.Agreement),
            names: before.KidsByName.Add(enrolment.Name, kid));
    }

    private static RegistryView Assign(RegistryView before, Assignment assignment)
    {
        if (Standing(before, assignment.Sensor).Role != Role.Sensor)
        {
            throw new MessageException(Refusal.WrongRole, What);
        }

        Party gateway = before.FindByName(assignment.Gateway, Role.Gateway) ?? throw new MessageException(Refusal.UnknownKey, What);
        _ = Standing(before, gateway.Kid);
        if (assignment.Archive is { } archive && Standing(before, archive).Role is not (Role.Archive or Role.App))
        {
            throw new MessageException(Refusal.WrongRole, What);
        }

        ImmutableList<Assigned> all = before.AssignmentsBySensor.GetValueOrDefault(assignment.Sensor, []);
        return before.With(assignments: before.AssignmentsBySensor.SetItem(assignment.Sensor, all.Add(new Assigned(assignment, before.Size))));
    }

    private static RegistryView Revoke(RegistryView before, Revocation revocation)
    {
        Party party = before.Find(revocation.Key) ?? throw new MessageException(Refusal.UnknownKey, What);
        RequireFits(revocation.Last, party.Role);

        // The key that must sign this cannot withdraw itself: it names a successor.
        if (party.Kid == before.Authority.Kid)
        {
            throw new MessageException(Refusal.Contradiction, What);
        }

        // A second withdrawal counts only if it reaches further back, as when a key turns out to have been stolen before it was replaced.
        Withdrawal? earlier = before.WithdrawalOf(party.Kid);
        if (earlier is not null && revocation.SinceMilliseconds >= earlier.SinceMilliseconds)
        {
            throw new MessageException(Refusal.Contradiction, What);
        }

        Withdrawal withdrawal = new(party.Kid, revocation.SinceMilliseconds, revocation.Reason, revocation.Last, before.Size, earlier?.Successor) { IsRevocation = true };
        withdrawal = earlier is null ? withdrawal : withdrawal with { FirstIndex = earlier.FirstIndex };
        return before.With(withdrawals: before.WithdrawalsByKid.SetItem(party.Kid, withdrawal));
    }

    private static RegistryView Erase(RegistryView before, Erasure erasure, ulong at)
    {
        // The registry itself is what everything else is verified with: nothing of it is ever erased.
        if (erasure.ErasedLog.Name == before.Log.Name)
        {
            throw new MessageException(Refusal.Contradiction, What);
        }

        // A withdrawn gateway's log can be erased from too.
        _ = before.FindByName(erasure.ErasedLog.Name, Role.Gateway) ?? throw new MessageException(Refusal.UnknownKey, What);
        ImmutableList<Erased> all = before.ErasuresByLog.GetValueOrDefault(erasure.ErasedLog, []);
        return before.With(erasures: before.ErasuresByLog.SetItem(erasure.ErasedLog, all.Add(new Erased(erasure, before.Size, at))));
    }

    private static RegistryView Rotate(RegistryView before, Rotation rotation)
    {
        Party old = Standing(before, rotation.Old);
        RequireFits(rotation.Last, old.Role);
        RequireNew(before, rotation.Key, rotation.Agreement);
        RequireOnce(before, rotation);
        RegistryView agreed = before.With(agreementKids: With(With(before.AgreementKids, rotation.Agreement), rotation.Recovery), recovery: rotation.NextRecovery);
        if (rotation.Key is not { } key)
        {
            // Only the HPKE key changes: the signing key stands.
            return agreed.With(parties: before.PartiesByKid.SetItem(old.Kid, old with { Agreement = rotation.Agreement }));
        }

        Party successor = old with
        {
            Kid = key.Kid,
            Key = key,
            Agreement = rotation.Agreement ?? old.Agreement,
            EnrolledAt = before.Size,
        };
        ImmutableDictionary<Kid, ImmutableList<Assigned>> assignments = before.AssignmentsBySensor;
        if (assignments.TryGetValue(old.Kid, out ImmutableList<Assigned>? list))
        {
            // The new key takes the old one's place.
            assignments = assignments.Add(key.Kid, list.ConvertAll(one => one with { Assignment = one.Assignment with { Sensor = key.Kid } }));
        }

        return agreed.With(
            authority: old.Kid == before.Authority.Kid ? key : null,
            parties: before.PartiesByKid.Add(key.Kid, successor),
            names: before.KidsByName.SetItem(old.Name, key.Kid),
            assignments: assignments,
            withdrawals: before.WithdrawalsByKid.Add(old.Kid, new Withdrawal(old.Kid, rotation.SinceMilliseconds, rotation.Recovery is null ? "replaced" : "recovered", rotation.Last, before.Size, key.Kid)));
    }

    private static RegistryView State(RegistryView before, Status status, ulong at, bool excerpt)
    {
        // Nobody knows the revocations of the future, and a status never takes back what an earlier one covered.
        if (status.ThroughMilliseconds > at || status.ThroughMilliseconds < (before.LatestStatus?.ThroughMilliseconds ?? 0))
        {
            throw new MessageException(Refusal.Contradiction, What);
        }

        if (Withheld(before, status, excerpt) is { } kid)
        {
            return before.With(anomalies: before.AnomalyList.Add(new Anomaly(before.Size, Refusal.Contradiction, kid)));
        }

        if (status.Page is not { } page)
        {
            return before.With(latestStatus: (status, before.Size), statusPages: []);
        }

        // Pages follow each other from the lowest kid on; a page that begins at the lowest begins anew.
        ImmutableList<Status> pages = page.First == StatusRange.Lowest ? [] : before.StatusPages;
        bool follows = pages.IsEmpty ? page.First == StatusRange.Lowest
            : pages[^1].ThroughMilliseconds == status.ThroughMilliseconds && StatusRange.After(pages[^1].Page!.Value.Last) == page.First;
        if (!follows)
        {
            throw new MessageException(Refusal.NotNext, What);
        }

        pages = pages.Add(status);
        if (page.Last != StatusRange.Highest)
        {
            return before.With(statusPages: pages);
        }

        Status whole = new(status.ThroughMilliseconds, [.. pages.SelectMany(one => one.Revoked)]);
        return before.With(latestStatus: (whole, before.Size), statusPages: []);
    }

    // Every withdrawal published so far must be listed as published: gives the first that is not. No other key may be.
    private static Kid? Withheld(RegistryView before, Status status, bool excerpt)
    {
        (Kid first, Kid last) = status.Page ?? (StatusRange.Lowest, StatusRange.Highest);
        Dictionary<Kid, ulong> listed = status.Revoked.ToDictionary(one => one.Key, one => one.SinceMilliseconds);
        foreach (Withdrawal withdrawal in before.WithdrawalsByKid.Values.Where(one => one.Key >= first && one.Key <= last))
        {
            if (!listed.Remove(withdrawal.Key, out ulong since) || since != withdrawal.SinceMilliseconds)
            {
                return withdrawal.Key;
            }
        }

        return listed.Keys.Any(kid => !excerpt || before.PartiesByKid.ContainsKey(kid)) ? throw new MessageException(Refusal.Contradiction, What) : null;
    }

    private static RegistryView Signed(RegistryView before, Entry entry, Statement statement, PublicKey key)
    {
        if (statement.Signer != key.Kid)
        {
            throw new MessageException(Refusal.WrongSigner, What);
        }

        statement.Verify(key, before.Log, before.Size, entry);
        return before;
    }

    // The old key, or for the authority's the one whose hash was set apart for the day on which that one is lost or stolen.
    private static PublicKey RotationSigner(RegistryView before, Rotation rotation)
    {
        Party old = Standing(before, rotation.Old);
        return rotation.Recovery is not { } recovery ? old.Key
            : old.Kid == before.Authority.Kid && before.Recovery is { } hash && hash.Span.SequenceEqual(Rotation.RecoveryHash(recovery)) ? recovery
            : throw new MessageException(Refusal.WrongSigner, What);
    }

    // A recovery key recovers once. That it was enrolled before does not matter, else whoever knows its public half could spoil it.
    private static void RequireOnce(RegistryView before, Rotation rotation)
    {
        if (rotation.Recovery is { } recovery
            && (recovery.Kid == rotation.Key?.Kid || (rotation.NextRecovery is { } next && before.Recovery is { } now && next.Span.SequenceEqual(now.Span))))
        {
            throw new MessageException(Refusal.Contradiction, What);
        }
    }

    private static PublicKey StatusSigner(RegistryView before, Kid signer) => signer == before.Authority.Kid ? before.Authority
        : before.Find(signer) is not { Role: Role.Registrar } ? throw new MessageException(Refusal.WrongSigner, What)
        : Standing(before, signer).Key;

    private static Party Standing(RegistryView before, Kid kid)
    {
        Party party = before.Find(kid) ?? throw new MessageException(Refusal.UnknownKey, What);
        return before.WithdrawalOf(kid) is null ? party : throw new MessageException(Refusal.Revoked, What);
    }

    // A key is enrolled once, ever, for one use.
    private static void RequireNew(RegistryView before, PublicKey? key, PublicKey? agreement)
    {
        if ((key is not null && IsTaken(before, key.Kid)) || (agreement is not null && IsTaken(before, agreement.Kid))
            || (key is not null && agreement is not null && key.Kid == agreement.Kid))
        {
            throw new MessageException(Refusal.AlreadyEnrolled, What);
        }
    }

    private static bool IsTaken(RegistryView before, Kid kid) => before.PartiesByKid.ContainsKey(kid) || before.AgreementKids.Contains(kid);

    private static ImmutableHashSet<Kid> With(ImmutableHashSet<Kid> kids, PublicKey? key) => key is null ? kids : kids.Add(key.Kid);

    private static void RequireFits(LastThatCounts? last, Role role)
    {
        bool fits = last is null || role switch
        {
            Role.Sensor => last.Reading is not null,
            Role.Gateway => last.Log is not null,
            Role.App => last.Command is not null,
            _ => false,
        };
        if (!fits)
        {
            throw new MessageException(Refusal.Contradiction, What);
        }
    }
}
