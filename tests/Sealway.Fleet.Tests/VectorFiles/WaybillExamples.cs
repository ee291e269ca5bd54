namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>The waybills of the vectors, made by hand: those that a maker would make, and those that only an attacker would.</summary>
internal static class WaybillExamples
{
    /// <summary>When heads are signed, seconds since 1970: after the last entry of the log.</summary>
    public const ulong Signed = (VectorLog.Start / 1000) + 12;

    public const string Fork = "one side of a fork";

    public const string OtherFork = "the other side of the fork";

    /// <summary>What is shown of the fleet's registry for a reading of the first sensor.</summary>
    public static int[] Shown { get; } = [0, 1, 2, 3, 4, 5, 6, 12];

    public static PaperWitness[] CloudAndArchive { get; } = [new("cloud", Signed + 1), new("archive", Signed + 2)];

    public static PaperWaybill Ward(params int[] entries) => Of(VectorRegistry.Fleet(), VectorLog.Ward(), Shown, entries);

    public static PaperWaybill Of(VectorRegistry registry, VectorLog log, int[] statements, params int[] entries) => new(
        new PaperEvidence(VectorRegistry.Ward, log.Tree, "gateway", Signed, entries) { Witnesses = CloudAndArchive },
        new PaperEvidence(VectorRegistry.Log, registry.Tree, "registrar", Signed + 100, statements) { RegistrySize = registry.Size });

    public static IEnumerable<WaybillExample> Accepted()
    {
        yield return Valid("a reading, final", Ward(5));
        yield return Valid("a challenge, the answer and a later reading: fresh", Ward(3, 4, 7));
        yield return Valid("the log from its first entry on", Ward(0, 1, 2, 3, 4, 5));
        yield return Valid("an answer without its challenge", Ward(4));
        yield return Valid("an event: final by any archive", Ward(8));
        yield return Valid("an event and readings, not all next to each other", Ward(2, 5, 8, 9));
        yield return Valid("a reading that only the cloud countersigned: provisional", Witnessed(Ward(5), new PaperWitness("cloud", Signed)));
        yield return Valid("a reading that nobody countersigned", Witnessed(Ward(5)));
        yield return Valid("countersignatures in another order", Witnessed(Ward(5), new PaperWitness("archive", Signed), new PaperWitness("cloud", Signed - 3)));
        yield return Valid("an archive that holds the entries from the shown one on", Witnessed(Ward(5), new PaperWitness("archive", Signed, 5)));
        yield return Valid("an archive that begins after the entry: provisional", Witnessed(Ward(5), new PaperWitness("archive", Signed, 6)));
        PaperWaybill unnamed = Of(VectorRegistry.Fleet(), VectorLog.Ward(), [0, 1, 2, 4, 9, 10, 11, 12], 6);
        yield return Valid("a sensor without a named archive: final by an app", Witnessed(unnamed, new PaperWitness("app", Signed)));
        yield return Valid("a sensor with a named archive, and an app: provisional", Witnessed(Of(VectorRegistry.Fleet(), VectorLog.Ward(), [.. Shown[..7], 11, 12], 5), new PaperWitness("app", Signed)));
        PaperWaybill plain = Ward(5);
        yield return Valid("a registry whose head is countersigned", plain with { Registry = plain.Registry with { Witnesses = [new("archive", Signed + 101)] } });
        yield return Valid("a registry whose head the authority signed", plain with { Registry = plain.Registry with { Signer = "authority" } });
        yield return Valid("more of the registry applied by the log's writer than is shown: said, not refused", plain with { Log = plain.Log with { RegistrySize = 99 } });
        yield return Valid("an older status than there is", Of(VectorRegistry.Fleet(), VectorLog.Ward(), [0, 1, 2, 3, 4, 5, 6, 7], 5));
        yield return Valid("statements that are not needed", Of(VectorRegistry.Fleet(), VectorLog.Ward(), [.. Enumerable.Range(0, 13)], 5));
        yield return Valid("every entry of the log", Of(VectorRegistry.Fleet(), VectorLog.Ward(), [.. Enumerable.Range(0, 13)], [.. Enumerable.Range(0, 11)]));
        yield return Valid("the head of an earlier size", plain with { Log = plain.Log with { HeadSize = 7 } });

        VectorLog ahead = VectorLog.Ward();
        ahead.At += 300_000;
        ahead.Reading("sensor", 2, 1, 76);
        yield return Valid("an entry five minutes after its head: misdated", Of(VectorRegistry.Fleet(), ahead, Shown, 11));
        VectorLog little = VectorLog.Ward();
        little.At = (Signed * 1000) + WaybillEntry.Tolerance;
        little.Reading("sensor", 2, 1, 76);
        little.At += 1;
        little.Reading("sensor", 2, 2, 76);
        yield return Valid("an entry two minutes after its head, not misdated, and one a second and a millisecond more", Of(VectorRegistry.Fleet(), little, Shown, 11, 12));
        yield return Valid("an entry that was there by the first countersignature, two minutes before the head: misdated", Witnessed(Ward(5), new PaperWitness("archive", Signed), new PaperWitness("cloud", Signed - 200)));

        foreach (WaybillExample one in Withdrawn().Concat(Moved()).Concat(Sealed()))
        {
            yield return one;
        }

        VectorLog fork = VectorLog.Ward().Copy(9);
        fork.Reading("sensor", 1, 3, 74);
        fork.Reading("sensor", 2, 0, 75);
        yield return Valid(Fork, Ward(9));
        yield return Valid(OtherFork, Witnessed(Of(VectorRegistry.Fleet(), fork, Shown, 9)));
    }

    public static PaperWaybill Witnessed(PaperWaybill waybill, params PaperWitness[] witnesses) => waybill with { Log = waybill.Log with { Witnesses = witnesses } };

    public static LastThatCounts Last(uint boot, uint sequence) => new(new ReadingNumber(boot, sequence), null, null);

    public static LastThatCounts LastSize(ulong generation, ulong size) => new(null, (generation, size), null);

    private static WaybillExample Valid(string name, PaperWaybill waybill) => new(name, waybill.ToArray());

    private static IEnumerable<WaybillExample> Withdrawn()
    {
        // Entry 5 has number 1.1 and arrives 105 s after the registry's start, entry 9 has 1.4 and arrives at 109 s.
        int[] shown = [.. Shown[..7], 13, 14];
        VectorRegistry later = Revoked("sensor", 107_000);
        yield return Valid("a sensor revoked without a last: a reading before", Of(later, VectorLog.Ward(), shown, 5));
        VectorRegistry numbered = Revoked("sensor", 107_000, Last(1, 4));
        yield return Valid("a sensor revoked with a last: one seen before, one after by the clock: doubtful", Of(numbered, VectorLog.Ward(), shown, 5, 9));
        yield return Valid("a sensor revoked with a last, the revocation in force before: doubtful", Of(Revoked("sensor", 900_000, Last(1, 4)), VectorLog.Ward(14), shown, 2, 5));
        yield return Valid("a sensor revoked with a last, the revocation not in force yet", Of(Revoked("sensor", 900_000, Last(1, 4)), VectorLog.Ward(13), shown, 2, 5));
        VectorRegistry twice = VectorRegistry.Fleet();
        twice.Revoke("sensor", 900_000);
        twice.Revoke("sensor", 107_000, Last(1, 4));
        twice.Status();
        yield return Valid("a sensor revoked twice, the second reaching further back", Of(twice, VectorLog.Ward(), [.. Shown[..7], 13, 14, 15], 5, 9));
        yield return Valid("a gateway revoked with a last that the head does not pass", Of(Revoked("gateway", 1, LastSize(0, 11)), VectorLog.Ward(), shown, 5));
        yield return Valid("a gateway revoked with a last in a later generation", Of(Revoked("gateway", 1, LastSize(1, 0)), VectorLog.Ward(), shown, 5));
        yield return Valid("a gateway revoked without a last, after the head", Of(Revoked("gateway", 900_000), VectorLog.Ward(), shown, 5));
        yield return Valid("an archive revoked after its countersignature", Of(Revoked("archive", 900_000), VectorLog.Ward(), shown, 5));
        yield return Valid("an archive revoked before its countersignature, which does not count: provisional", Of(Revoked("archive", 100_000), VectorLog.Ward(), shown, 5));
        yield return Valid("a status that lists a key that does not occur", Of(Revoked("other-sensor", 100_000), VectorLog.Ward(), [.. Shown[..7], 14], 5));
        yield return Valid("a revocation left out by showing an older status: nothing in the waybill reveals it but the status' age", Of(Revoked("sensor", 1), VectorLog.Ward(), Shown, 5));
        yield return Valid("a withdrawal after the last status", Of(numbered, VectorLog.Ward(), [.. Shown[..7], 12, 13], 5));
        PaperWaybill registrar = Of(Revoked("registrar", 1), VectorLog.Ward(), Shown, 5);
        yield return Valid("a registrar revoked, its head from before", registrar with { Registry = registrar.Registry with { HeadSize = 13, RegistrySize = 13 } });
        yield return Valid("a registrar revoked, the head the authority's", Of(VectorRegistry.Fleet(), VectorLog.Ward(), Shown, 5) with { Registry = new PaperEvidence(VectorRegistry.Log, Revoked("registrar", 1).Tree, "authority", Signed + 100, [.. Shown, 13]) { RegistrySize = 14, HeadSize = 14 } });
        VectorRegistry pages = VectorRegistry.Fleet();
        pages.Revoke("other-sensor", 1);
        Kid middle = Kid.Parse("8000000000000000");
        pages.Status(page: (Kid.Parse("0000000000000000"), middle));
        yield return Valid("a status, and of a newer one the first page alone", Of(pages, VectorLog.Ward(), [.. Shown[..7], 7, 14], 5));
        VectorRegistry whole = VectorRegistry.Fleet();
        whole.Revoke("other-sensor", 1);
        ulong through = whole.At;
        whole.Status(page: (Kid.Parse("0000000000000000"), middle), through: through);
        whole.Status(page: (Kid.Parse("8000000000000001"), Kid.Parse("ffffffffffffffff")), through: through, signer: "authority");
        yield return Valid("a status in two pages", Of(whole, VectorLog.Ward(), [.. Shown[..7], 14, 15], 5));
    }

    private static IEnumerable<WaybillExample> Moved()
    {
        VectorRegistry rotated = VectorRegistry.Fleet();
        rotated.Rotate("sensor", "next-sensor", 105_500);
        rotated.Rotate("gateway", "next-gateway", 200_000);
        rotated.Rotate("archive", "next-archive", 105_500);
        rotated.Rotate("registrar", "next-registrar", 200_000);
        rotated.Rotate("authority", "next-authority", 200_000);
        rotated.Status("next-registrar");
        VectorLog log = VectorLog.Ward();
        log.Reading("next-sensor", 1, 0, 80);
        int[] shown = [.. Shown[..7], 13, 14, 15, 16, 17, 18];
        PaperWaybill after = Of(rotated, log, shown, 5, 11);
        yield return Valid("all keys replaced: readings under the old and the new one, final by the archive's new key", after with
        {
            Log = after.Log with { Signer = "next-gateway", Seconds = Signed + 200, Witnesses = [new("next-archive", Signed + 300)] },
            Registry = after.Registry with { Signer = "next-registrar" },
        });
        yield return Valid("a replaced gateway's head from before", after with { Log = after.Log with { Witnesses = [new("next-archive", Signed + 300), new("cloud", Signed)] }, Registry = after.Registry with { Signer = "next-registrar" } });
        VectorRegistry recovered = VectorRegistry.Fleet();
        recovered.Recover("authority", "next-authority", 1);
        recovered.Status();
        yield return Valid("after a recovery of the authority's key", Of(recovered, VectorLog.Ward(), [.. Shown[..7], 13, 14], 5));

        VectorRegistry reassigned = VectorRegistry.Fleet();
        reassigned.Assign("sensor", "ward-4", "patient-9", 107_000);
        reassigned.Status();
        yield return Valid("a sensor reassigned, a reading from before that", Of(reassigned, VectorLog.Ward(), [.. Shown[..7], 8, 13, 14], 5));
        yield return Valid("a sensor reassigned, and that left out: nothing in the waybill reveals it", Of(reassigned, VectorLog.Ward(), [.. Shown[..7], 14], 9));
        VectorRegistry coming = VectorRegistry.Fleet();
        coming.Assign("sensor", "ward-4", "patient-9", 0);
        coming.Assign("sensor", "ward-3", "patient-10", 900_000);
        coming.Status();
        yield return Valid("a sensor whose latest assignment is to the gateway and has not begun", Of(coming, VectorLog.Ward(), [.. Shown[..7], 8, 13, 14, 15], 5));
        yield return Valid("the same reading twice, where what stands between says nothing: the first alone", Ward(7));

        VectorLog next = new();
        next.Event(new GenerationEvent("restored", new PreviousGeneration(VectorRegistry.Ward, 11, VectorLog.Ward().Tree.Root(11))));
        next.Event(new StartEvent("sealway"));
        next.Reading("sensor", 3, 0, 70);
        PaperWaybill second = Of(VectorRegistry.Fleet(), next, Shown, 0, 2);
        yield return Valid("the second generation of a log", second with { Log = second.Log with { Log = VectorRegistry.Ward with { Generation = 1 } } });
    }

    private static IEnumerable<WaybillExample> Sealed()
    {
        VectorLog log = SealedLog();
        yield return Valid("a sealed log's slot, its epoch not shown", Of(VectorRegistry.Fleet(), log, Shown, 3));
        yield return Valid("a sealed log's epoch and slot", Of(VectorRegistry.Fleet(), log, Shown, 2, 3));
    }

    /// <summary>A sealed log of messages that the vectors have already: what is in them nobody needs to open.</summary>
    public static VectorLog SealedLog()
    {
        VectorLog log = new();
        log.Event(new GenerationEvent("new"));
        log.Event(new StartEvent("sealway"));
        log.Add(EntryKind.Epoch, VectorExamples.Body("sealing", "an epoch of two members among eight recipients"));
        log.Add(EntryKind.Sealed, VectorExamples.Body("sealing", "the first sealed slot of an epoch"));
        return log;
    }

    private static VectorRegistry Revoked(string key, ulong since, LastThatCounts? last = null)
    {
        VectorRegistry registry = VectorRegistry.Fleet();
        registry.Revoke(key, since, last);
        registry.Status(key == "registrar" ? "authority" : "registrar");
        return registry;
    }
}
