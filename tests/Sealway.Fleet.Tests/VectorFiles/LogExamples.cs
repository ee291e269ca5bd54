namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>Whole logs with entries that count and entries that do not.</summary>
internal static class LogExamples
{
    public static IEnumerable<LogExample> All() => [Readings(), Lagging(), Freshness(), ClockBack(), .. Withdrawn(), Moved(), Sealed(), Generation()];

    private static LogExample Readings()
    {
        VectorLog log = VectorLog.Ward();
        List<(int, Validity, Refusal)> expected =
        [
            Refused(log.Reading("sensor", 2, 0, 75), Refusal.NotRising),
            Refused(log.Reading("sensor", 2, 0, 99), Refusal.Cloned),
            Refused(log.Reading("sensor", 1, 9, 99), Refusal.NotRising),
        ];
        byte[] forged = VectorLog.Signed("sensor", 9, 0, 70);
        forged[^1] ^= 1;
        expected.Add(Refused(log.Add(EntryKind.Reading, forged), Refusal.BadSignature));
        log.Reading("sensor", 2, 5, 76);
        expected.Add(Refused(log.Reading("next-sensor", 1, 0, 70), Refusal.UnknownKey));
        expected.Add(Refused(log.Reading("archive", 1, 0, 70), Refusal.WrongRole));
        expected.Add(Refused(log.Put([1, 2]), Refusal.Malformed));
        expected.Add(Refused(log.Event(new InForceEvent(12)), Refusal.Contradiction));
        expected.Add(Refused(log.Event(new GenerationEvent("again")), Refusal.WrongKind));
        expected.Add(Refused(log.Event(new EpochBeganEvent(new byte[32])), Refusal.WrongKind));
        expected.Add(Refused(log.Add(EntryKind.Epoch, VectorExamples.Body("sealing", "an epoch of two members among eight recipients")), Refusal.WrongKind));
        log.At -= 60_000;
        log.Reading("sensor", 2, 6, 77);
        return new("an open log", VectorRegistry.Fleet(), log, [.. expected]);
    }

    private static LogExample Lagging()
    {
        VectorLog log = new();
        log.Event(new GenerationEvent("new"));
        log.Reading("sensor", 1, 0, 70);
        List<(int, Validity, Refusal)> expected = [(log.Reading("next-sensor", 1, 0, 70), Validity.Pending, Refusal.UnknownKey)];
        log.Event(new InForceEvent(6));
        expected.Add(Refused(log.Reading("sensor", 1, 1, 70), Refusal.NotAssigned));
        log.Event(new InForceEvent(20));
        log.Reading("sensor", 1, 1, 70);
        expected.Add((log.Reading("next-sensor", 1, 0, 70), Validity.Pending, Refusal.UnknownKey));
        expected.Add(Refused(log.Reading("app", 1, 0, 70), Refusal.WrongRole));
        return new("nothing in force, less than is known, more than is known", VectorRegistry.Fleet(), log, [.. expected]);
    }

    private static LogExample Freshness()
    {
        VectorLog log = new();
        log.Event(new GenerationEvent("new"));
        log.Event(new InForceEvent(13));
        uint number = 0;
        log.Reading("sensor", 1, number++, 70);
        log.Reading("sensor", 1, number++, 70, answer: 1);
        log.Event(new ChallengeEvent(VectorLog.Nonce(1)));
        log.Reading("sensor", 1, number++, 70);
        log.Reading("sensor", 1, number++, 70, answer: 1);
        log.Reading("sensor", 1, number++, 70, answer: 99);
        log.At += 100_000;
        log.Event(new ChallengeEvent(VectorLog.Nonce(1)));
        log.At += 44_000;
        log.Reading("sensor", 1, number++, 70, answer: 1);
        log.Reading("sensor", 1, number++, 70, answer: 1);
        log.At += 1;
        log.Reading("sensor", 1, number++, 70, answer: 1);
        for (byte i = 2; i < 18; i++)
        {
            log.Event(new ChallengeEvent(VectorLog.Nonce(i)));
        }

        log.Reading("other-sensor", 1, 0, 70, answer: 1);
        log.Reading("other-sensor", 1, 1, 70, answer: 2);
        return new("fresh, stale and unproven", VectorRegistry.Fleet(), log);
    }

    // The challenge that is later in the log is the later one, whatever its time.
    private static LogExample ClockBack()
    {
        VectorLog log = new();
        log.Event(new GenerationEvent("new"));
        log.Event(new InForceEvent(13));
        log.At = VectorLog.Start + 300_000;
        log.Event(new ChallengeEvent(VectorLog.Nonce(1)));
        log.At = VectorLog.Start + 100_000;
        log.Event(new ChallengeEvent(VectorLog.Nonce(2)));
        log.At = VectorLog.Start + 301_000;
        log.Reading("sensor", 1, 0, 70, answer: 1);
        log.Reading("sensor", 1, 1, 70, answer: 2);
        log.Reading("sensor", 1, 2, 70, answer: 1);
        return new("a challenge that a clock which went back made older than the one before", VectorRegistry.Fleet(), log);
    }

    private static IEnumerable<LogExample> Withdrawn()
    {
        VectorRegistry plain = VectorRegistry.Fleet();
        plain.Revoke("sensor", 107_000);
        yield return new("a sensor revoked without a last", plain, VectorLog.Ward(), Refused(7, Refusal.Revoked), Refused(9, Refusal.Revoked), Refused(10, Refusal.Revoked));
        VectorRegistry last = VectorRegistry.Fleet();
        last.Revoke("sensor", 107_000, WaybillExamples.Last(1, 4));
        yield return new("a sensor revoked with a last", last, VectorLog.Ward(), Doubtful(7), Doubtful(9), Refused(10, Refusal.Revoked));
        yield return new("a sensor revoked with a last, the revocation in force", last, VectorLog.Ward(14), Doubtful(4), Doubtful(5), Doubtful(7), Doubtful(9), Refused(10, Refusal.Revoked));
        VectorRegistry gateway = VectorRegistry.Fleet();
        gateway.Revoke("gateway", 0, WaybillExamples.LastSize(0, 7));
        yield return new("a gateway revoked with a last size", gateway, VectorLog.Ward(), [.. Enumerable.Range(7, 4).Select(index => Refused(index, Refusal.Revoked))]);
        VectorRegistry time = VectorRegistry.Fleet();
        time.Revoke("gateway", 108_000);
        yield return new("a gateway revoked without one", time, VectorLog.Ward(), [.. Enumerable.Range(8, 3).Select(index => Refused(index, Refusal.Revoked))]);
        VectorRegistry replaced = VectorRegistry.Fleet();
        replaced.Rotate("gateway", "next-gateway", 0);
        replaced.Rotate("sensor", "next-sensor", 107_500);
        VectorLog log = VectorLog.Ward(15);
        log.Reading("next-sensor", 1, 0, 70);
        yield return new("gateway and sensor replaced", replaced, log, Refused(9, Refusal.Revoked), Refused(10, Refusal.Revoked));
    }

    private static LogExample Moved()
    {
        VectorRegistry registry = VectorRegistry.Fleet();
        registry.Assign("sensor", "ward-4", "patient-9", 107_000);
        registry.Assign("other-sensor", "ward-4", "patient-9", 0);
        registry.Assign("other-sensor", "ward-3", "patient-10", 900_000);
        VectorLog log = VectorLog.Ward(14);
        log.Reading("other-sensor", 1, 1, 70);
        log.Event(new InForceEvent(15));
        List<(int, Validity, Refusal)> expected = [Refused(9, Refusal.NotAssigned), Refused(10, Refusal.NotAssigned), Refused(7, Refusal.NotAssigned), Refused(log.Reading("other-sensor", 1, 2, 70), Refusal.NotAssigned)];
        log.Event(new InForceEvent(16));
        log.Reading("other-sensor", 1, 3, 70);
        return new("sensors reassigned", registry, log, [.. expected]);
    }

    private static LogExample Sealed()
    {
        VectorLog log = WaybillExamples.SealedLog();
        List<(int, Validity, Refusal)> expected =
        [
            Refused(log.Put(log.Tree.Entries[3]), Refusal.StepRepeated),
            Refused(log.Put(log.Tree.Entries[2]), Refusal.StepRepeated),
            Refused(log.Reading("sensor", 1, 0, 70), Refusal.WrongKind),
            Refused(log.Event(new ChallengeEvent(VectorLog.Nonce(1))), Refusal.WrongKind),
        ];
        log.Event(new StartEvent("sealway"));
        log.Add(EntryKind.Sealed, VectorExamples.Body("sealing", "a sealed slot that is empty, at step 258"));
        log.Add(EntryKind.Grant, VectorExamples.Body("sealing", "a grant of two keys"));
        return new("a sealed log", VectorRegistry.Fleet(), log, [.. expected]);
    }

    private static LogExample Generation()
    {
        VectorLog log = new();
        log.Event(new GenerationEvent("restored", new PreviousGeneration(VectorRegistry.Ward, 11, new byte[32])));
        log.Event(new InForceEvent(13));
        log.Reading("sensor", 3, 0, 70);
        return new("a later generation that skips some", VectorRegistry.Fleet(), log) { Log = VectorRegistry.Ward with { Generation = 5 } };
    }

    private static (int Index, Validity Validity, Refusal Reason) Refused(int index, Refusal reason) => (index, Validity.Refused, reason);

    private static (int Index, Validity Validity, Refusal Reason) Doubtful(int index) => (index, Validity.Doubtful, Refusal.Revoked);
}
