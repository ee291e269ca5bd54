namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>Registries with entries that have an effect and entries that have none.</summary>
internal static class RegistryExamples
{
    private static readonly Kid Lowest = Kid.Parse("0000000000000000");
    private static readonly Kid Middle = Kid.Parse("8000000000000000");
    private static readonly Kid Next = Kid.Parse("8000000000000001");
    private static readonly Kid Highest = Kid.Parse("ffffffffffffffff");

    public static IEnumerable<RegistryExample> All() => [.. Founding(), Enrolling(), Assigning(), Revoking(), Replacing(), Stating(), Paging(), Recovering(), Erasing()];

    private static IEnumerable<RegistryExample> Founding()
    {
        yield return new("a fleet", VectorRegistry.Fleet());
        VectorRegistry other = new();
        other.Enrol("next-authority", Role.Authority, "st-anna", "next-authority");
        other.Enrol("registrar", Role.Registrar, "registrar");
        yield return new("entry 0 of another authority: nothing has effect", other, (0, Refusal.WrongSigner), (1, Refusal.WrongSigner));
        VectorRegistry none = new();
        none.Enrol("registrar", Role.Registrar, "registrar");
        none.Enrol("authority", Role.Authority, "st-anna");
        yield return new("entry 0 that enrols a registrar", none, (0, Refusal.WrongKind), (1, Refusal.WrongSigner));
    }

    private static RegistryExample Enrolling()
    {
        VectorRegistry it = VectorRegistry.Fleet();
        List<(ulong, Refusal)> without =
        [
            (it.Enrol("next-authority", Role.Authority, "other"), Refusal.WrongRole),
            (it.Enrol("next-gateway", Role.Gateway, "ward-3"), Refusal.AlreadyEnrolled),
            (it.Enrol("sensor", Role.Sensor, "sensor-3"), Refusal.AlreadyEnrolled),
            (it.Enrol("next-sensor", Role.Sensor, "sensor-3", signer: "registrar"), Refusal.WrongSigner),
            (it.Put([0x81, 0x58, 0x20, .. new byte[32]]), Refusal.WrongCount),
            (it.Put(VectorLog.Ward().Tree.Entries[5]), Refusal.UnexpectedHeader),
            (it.Put(it.Tree.Entries[9]), Refusal.BadSignature),
        ];
        AgreementKey hpke = AgreementKey.Generate();
        it.State("authority", new Enrolment(VectorKeys.Signer("next-gateway").PublicKey, Role.Gateway, "ward-5", Agreement: hpke.PublicKey));
        without.Add((it.State("authority", new Enrolment(VectorKeys.Signer("next-sensor").PublicKey, Role.Sensor, "sensor-3", Agreement: hpke.PublicKey)), Refusal.AlreadyEnrolled));
        it.Enrol("next-sensor", Role.Sensor, "sensor-3");
        return new("enrolments, right and wrong", it, [.. without]);
    }

    private static RegistryExample Assigning()
    {
        VectorRegistry it = VectorRegistry.Fleet();
        List<(ulong, Refusal)> without =
        [
            (it.Assign("next-sensor", "ward-3", "x", 0), Refusal.UnknownKey),
            (it.Assign("app", "ward-3", "x", 0), Refusal.WrongRole),
            (it.Assign("sensor", "ward-9", "x", 0), Refusal.UnknownKey),
            (it.Assign("sensor", "archive", "x", 0), Refusal.UnknownKey),
            (it.Assign("sensor", "ward-3", "x", 0, "cloud"), Refusal.WrongRole),
            (it.Assign("sensor", "ward-3", "x", 0, "next-archive"), Refusal.UnknownKey),
        ];
        it.Assign("sensor", "ward-4", "patient-7", 0, "app");
        it.Revoke("other-gateway", 0);
        without.Add((it.Assign("other-sensor", "ward-4", "x", 0), Refusal.Revoked));
        it.Revoke("archive", 999_000_000);
        without.Add((it.Assign("other-sensor", "ward-3", "x", 0, "archive"), Refusal.Revoked));
        it.Revoke("other-sensor", 999_000_000);
        without.Add((it.Assign("other-sensor", "ward-3", "x", 0), Refusal.Revoked));
        return new("assignments, right and wrong; a withdrawal counts at once, whatever its time", it, [.. without]);
    }

    private static RegistryExample Revoking()
    {
        VectorRegistry it = VectorRegistry.Fleet();
        List<(ulong, Refusal)> without =
        [
            (it.Revoke("authority", 0), Refusal.Contradiction),
            (it.Revoke("next-sensor", 0), Refusal.UnknownKey),
            (it.Revoke("sensor", 0, WaybillExamples.LastSize(0, 5)), Refusal.Contradiction),
            (it.Revoke("gateway", 0, WaybillExamples.Last(1, 1)), Refusal.Contradiction),
            (it.Revoke("archive", 0, new LastThatCounts(null, null, 7)), Refusal.Contradiction),
            (it.Revoke("sensor", 0, signer: "sensor"), Refusal.WrongSigner),
        ];
        it.Revoke("app", 0, new LastThatCounts(null, null, 7));
        it.Revoke("sensor", 50_000, WaybillExamples.Last(1, 1));
        without.Add((it.Revoke("sensor", 50_000), Refusal.Contradiction));
        it.Revoke("sensor", 49_999);
        return new("revocations, right and wrong; a second one reaches further back and takes the last with it", it, [.. without]);
    }

    private static RegistryExample Replacing()
    {
        VectorRegistry it = VectorRegistry.Fleet();
        List<(ulong, Refusal)> without =
        [
            (it.Rotate("sensor", "other-sensor", 0), Refusal.AlreadyEnrolled),
            (it.Rotate("sensor", "next-sensor", 0, signer: "authority"), Refusal.WrongSigner),
            (it.Rotate("sensor", "next-sensor", 0, WaybillExamples.LastSize(0, 5)), Refusal.Contradiction),
        ];
        it.Rotate("sensor", "next-sensor", 50_000, WaybillExamples.Last(1, 1));
        without.Add((it.Rotate("sensor", "next-gateway", 0), Refusal.Revoked));
        it.Rotate("authority", "next-authority", 0);
        without.Add((it.Revoke("app", 0), Refusal.WrongSigner));
        it.Revoke("sensor", 1, signer: "next-authority");
        it.Revoke("next-sensor", 2, signer: "next-authority");
        without.Add((it.Enrol("next-gateway", Role.Gateway, "sensor-1", "next-authority"), Refusal.AlreadyEnrolled));
        it.Status("next-authority");
        return new("keys replaced: the new one has name and assignments, the old one counts as withdrawn", it, [.. without]);
    }

    private static RegistryExample Stating()
    {
        VectorRegistry it = VectorRegistry.Fleet();
        List<(ulong, Refusal)> without =
        [
            (it.Status(through: it.At + 1), Refusal.Contradiction),
            (it.Status(through: VectorRegistry.Start), Refusal.Contradiction),
            (it.Status("archive"), Refusal.WrongSigner),
            (it.Status(listed: [(VectorKeys.Kid("sensor"), 1)]), Refusal.Contradiction),
        ];
        it.Revoke("sensor", 5);
        without.Add((it.Status(listed: []), Refusal.Contradiction));
        without.Add((it.Status(listed: [(VectorKeys.Kid("sensor"), VectorRegistry.Start + 6)]), Refusal.Contradiction));
        it.Status("authority");
        it.Revoke("registrar", 999_000_000);
        without.Add((it.Status(), Refusal.Revoked));
        return new("statuses, right and wrong", it, [.. without]);
    }

    private static RegistryExample Paging()
    {
        VectorRegistry it = VectorRegistry.Fleet();
        it.Revoke("sensor", 5);
        it.Revoke("other-sensor", 6);
        ulong through = it.At;
        List<(ulong, Refusal)> without = [(it.Status(through: through, page: (Next, Highest)), Refusal.NotNext)];
        it.Status(through: through, page: (Lowest, Middle));
        without.Add((it.Status(through: through, page: (Middle, Highest)), Refusal.NotNext));
        without.Add((it.Status(through: through + 1, page: (Next, Highest)), Refusal.NotNext));
        without.Add((it.Status(through: through, listed: [], page: (Next, Lowest)), Refusal.NumberOutOfRange));
        it.Enrol("next-sensor", Role.Sensor, "sensor-3");
        it.Status("authority", through: through, page: (Next, Highest));
        it.Status(through: through + 2, page: (Lowest, Middle));
        it.Status(through: through + 3, page: (Lowest, Middle));
        it.Status(through: through + 3, page: (Next, Highest));
        it.Status(through: through + 4, page: (Lowest, Middle));
        it.Status(through: through + 5);
        without.Add((it.Status(through: through + 5, page: (Next, Highest)), Refusal.NotNext));
        return new("statuses in pages; another statement between them, another signer, one begun anew", it, [.. without]);
    }

    private static RegistryExample Recovering()
    {
        VectorRegistry it = VectorRegistry.Fleet();
        List<(ulong, Refusal)> without =
        [
            (it.Recover("authority", "next-authority", 0, "next-recovery", "recovery"), Refusal.WrongSigner),
            (it.Recover("sensor", "next-authority", 0), Refusal.WrongSigner),
            (it.Recover("authority", "next-authority", 0, following: "recovery"), Refusal.Contradiction),
        ];
        it.Recover("authority", "next-authority", 0);
        without.Add((it.Revoke("app", 0), Refusal.WrongSigner));
        without.Add((it.Recover("next-authority", "next-gateway", 0), Refusal.WrongSigner));
        without.Add((it.Enrol("recovery", Role.App, "app-2", "next-authority"), Refusal.AlreadyEnrolled));
        it.Enrol("next-recovery", Role.App, "app-2", "next-authority");
        return new("a recovery", it, [.. without]);
    }

    private static RegistryExample Erasing()
    {
        VectorRegistry it = VectorRegistry.Fleet();
        List<(ulong, Refusal)> without =
        [
            (it.State("authority", new Erasure(VectorRegistry.Log, 1, 1, "x")), Refusal.Contradiction),
            (it.State("authority", new Erasure(new LogId("ward-9", 0), 1, 1, "x")), Refusal.UnknownKey),
            (it.State("registrar", new Erasure(VectorRegistry.Ward, 1, 1, "x")), Refusal.WrongSigner),
        ];
        it.State("authority", new Erasure(VectorRegistry.Ward, 4, 7, "consent withdrawn"));
        it.State("authority", new Erasure(VectorRegistry.Ward with { Generation = 3 }, 9, 9, "consent withdrawn"));
        return new("erasures, right and wrong", it, [.. without]);
    }
}
