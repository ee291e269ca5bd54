namespace Sealway.Fleet.Tests.VectorFiles;

using Examples = WaybillExamples;

/// <summary>Waybills that must be refused, each for one reason.</summary>
internal static class RefusedWaybills
{
    private const ulong Signed = WaybillExamples.Signed;

    private static int[] Shown => Examples.Shown;

    public static IEnumerable<WaybillExample> All() => [.. Forms(), .. Statements(), .. Heads(), .. Countersignatures(), .. Withdrawn(), .. Entries()];

    private static IEnumerable<WaybillExample> Forms()
    {
        PaperWaybill good = Examples.Ward(5);
        byte[] bytes = good.ToArray();
        yield return new("a byte after the waybill", [.. bytes, 0], Refusal.TrailingBytes);
        yield return new("the last byte missing", bytes[..^1], Refusal.Malformed);
        yield return new("another version", (good with { Version = 2 }).ToArray(), Refusal.NumberOutOfRange);
        yield return Refused("an entry more than proofs", good with { Log = good.Log with { OneMore = true } }, Refusal.WrongCount);
        yield return Refused("entries not by rising index", Examples.Ward(7, 5), Refusal.NotDeterministic);
        yield return Refused("an entry twice", Examples.Ward(5, 5), Refusal.NotDeterministic);
        yield return Refused("a receipt whose signature is one byte short", good with { Log = good.Log with { Receipt = receipt => receipt[..^1] } }, Refusal.Malformed);
        yield return new("a waybill for who pins another authority", bytes, Refusal.WrongSigner, "next-authority");
    }

    private static IEnumerable<WaybillExample> Statements()
    {
        yield return Lacking(0, Refusal.WrongSigner, "entry 0 of the registry missing");
        yield return Lacking(1, Refusal.WrongSigner, "the registrar's enrolment missing, whose status is shown");
        yield return Lacking(2, Refusal.UnknownKey, "the gateway's enrolment missing, which an assignment names");
        yield return Lacking(3, Refusal.UnknownKey, "the archive's enrolment missing, which an assignment names");
        yield return Lacking(4, Refusal.UnknownKey, "the cloud's enrolment missing, which countersigned");
        yield return Lacking(5, Refusal.UnknownKey, "the sensor's enrolment missing");
        yield return Lacking(6, Refusal.NotAssigned, "the sensor's assignment missing");
        yield return Lacking(12, Refusal.RegistryStale, "no status");

        VectorRegistry revoked = VectorRegistry.Fleet();
        revoked.Revoke("sensor", 1);
        revoked.Status();
        yield return Refused("a withdrawal that the status lists left out", Examples.Of(revoked, VectorLog.Ward(), [.. Shown[..7], 14], 5), Refusal.Contradiction);
        VectorRegistry withheld = VectorRegistry.Fleet();
        withheld.Revoke("other-sensor", 1);
        withheld.Status(listed: []);
        yield return Refused("a status that leaves a withdrawal out that is shown", Examples.Of(withheld, VectorLog.Ward(), [.. Shown[..7], 9, 13, 14], 5), Refusal.Contradiction);
        VectorRegistry misstated = VectorRegistry.Fleet();
        misstated.Revoke("other-sensor", 1);
        misstated.Status(listed: [(VectorKeys.Kid("other-sensor"), VectorRegistry.Start + 2)]);
        yield return Refused("a status that misstates a withdrawal's time", Examples.Of(misstated, VectorLog.Ward(), [.. Shown[..7], 9, 13, 14], 5), Refusal.Contradiction);
        VectorRegistry pages = VectorRegistry.Fleet();
        pages.Status(page: (Kid.Parse("0000000000000000"), Kid.Parse("8000000000000000")), through: pages.At);
        yield return Refused("a status of which only the first page is there", Examples.Of(pages, VectorLog.Ward(), [.. Shown[..7], 13], 5), Refusal.RegistryStale);
        VectorRegistry gap = VectorRegistry.Fleet();
        gap.Status(page: (Kid.Parse("0000000000000000"), Kid.Parse("8000000000000000")), through: VectorRegistry.Start);
        gap.Status(page: (Kid.Parse("8000000000000000"), Kid.Parse("ffffffffffffffff")), through: VectorRegistry.Start);
        yield return Refused("a page that begins at the kid at which the one before ends", Examples.Of(gap, VectorLog.Ward(), [.. Shown[..7], 13, 14], 5), Refusal.NotNext);
        VectorRegistry future = VectorRegistry.Fleet();
        future.Status(through: future.At + 1);
        yield return Refused("a status of the future", Examples.Of(future, VectorLog.Ward(), [.. Shown[..7], 13], 5), Refusal.Contradiction);
        VectorRegistry forged = VectorRegistry.Fleet();
        forged.Assign("sensor", "ward-3", "patient-9", 0, signer: "registrar");
        yield return Refused("an assignment that the registrar signed", Examples.Of(forged, VectorLog.Ward(), [.. Shown, 13], 5), Refusal.WrongSigner);
        VectorRegistry moved = VectorRegistry.Fleet();
        moved.Put(moved.Tree.Entries[6]);
        yield return Refused("a statement at another index", Examples.Of(moved, VectorLog.Ward(), [.. Shown, 13], 5), Refusal.BadSignature);
        VectorRegistry altered = VectorRegistry.Fleet();
        altered.State("authority", new Assignment(VectorKeys.Kid("sensor"), "ward-3", "patient-6", VectorRegistry.Start));
        byte[] statement = altered.Tree.Entries[13];
        statement[statement.AsSpan().IndexOf("patient-6"u8) + 8]++;
        yield return Refused("a statement of another subject than was signed", Examples.Of(altered, VectorLog.Ward(), [.. Shown, 13], 5), Refusal.BadSignature);
        VectorRegistry blank = VectorRegistry.Fleet();
        blank.Put([0x81, 0x58, 0x20, .. new byte[32]]);
        yield return Refused("a blank among the statements", Examples.Of(blank, VectorLog.Ward(), [.. Shown, 13], 5), Refusal.WrongCount);
        PaperWaybill good = Examples.Ward(5);
        VectorRegistry other = VectorRegistry.Fleet();
        other.Assign("sensor", "ward-3", "patient-9", 0, "archive");
        yield return Refused("a genuine statement with another one's proof", good with { Registry = good.Registry with { Instead = (12, VectorRegistry.Fleet().Tree.Entries[12]) } }, Refusal.ProofFails);
    }

    private static IEnumerable<WaybillExample> Heads()
    {
        PaperWaybill good = Examples.Ward(5);
        yield return Refused("a registry's head with another registry-size", good with { Registry = good.Registry with { RegistrySize = 12 } }, Refusal.WrongSize);
        yield return Refused("a registry's head of another log", good with { Registry = good.Registry with { Log = new LogId("st-anna", 1) } }, Refusal.WrongLog);
        yield return Refused("a registry's head that the gateway signed", good with { Registry = good.Registry with { Signer = "gateway" } }, Refusal.WrongRole);
        yield return Refused("a registry's head by a key that is not enrolled", good with { Registry = good.Registry with { Signer = "next-registrar" } }, Refusal.UnknownKey);
        yield return Refused("the registry itself as the log", good with { Log = good.Registry with { Indexes = [5] } }, Refusal.WrongLog);
        yield return Refused("a log's head that the registrar signed", good with { Log = good.Log with { Signer = "registrar" } }, Refusal.WrongRole);
        PaperWaybill other = Examples.Of(VectorRegistry.Fleet(), VectorLog.Ward(), [.. Shown[..7], 8, 12], 5);
        yield return Refused("a log's head that another gateway signed", other with { Log = other.Log with { Signer = "other-gateway" } }, Refusal.WrongRole);
        yield return Refused("a log's head by a key that is not enrolled", good with { Log = good.Log with { Signer = "next-gateway" } }, Refusal.UnknownKey);
        yield return Refused("a log's head whose signature is of other bytes", good with { Log = good.Log with { Receipt = receipt => [.. receipt[..^1], (byte)(receipt[^1] ^ 1)] } }, Refusal.BadSignature);
        yield return Refused("a log's head with the higher s", good with { Log = good.Log with { Receipt = High } }, Refusal.HighSignature);
        yield return Refused("another entry with an entry's proof", good with { Log = good.Log with { Instead = (5, VectorLog.Ward().Tree.Entries[5]) } }, Refusal.BadSignature);
        PaperWaybill two = Examples.Ward(5, 7);
        yield return Refused("another entry with one of two proofs", two with { Log = two.Log with { Instead = (5, VectorLog.Ward().Tree.Entries[5]) } }, Refusal.ProofFails);
    }

    private static IEnumerable<WaybillExample> Countersignatures()
    {
        PaperWaybill good = Examples.Ward(5);
        yield return Refused("a countersignature by a key that is not shown", Examples.Witnessed(good, new PaperWitness("app", Signed)), Refusal.UnknownKey);
        yield return Refused("a countersignature by a sensor", Examples.Witnessed(good, new PaperWitness("sensor", Signed)), Refusal.WrongRole);
        yield return Refused("a countersignature by the log's own gateway", Examples.Witnessed(good, new PaperWitness("gateway", Signed)), Refusal.WrongRole);
        yield return Refused("two countersignatures by one key", Examples.Witnessed(good, new PaperWitness("archive", Signed), new PaperWitness("archive", Signed + 1)), Refusal.WrongCount);
        yield return Refused("countersignatures on a head of another root", good with { Log = good.Log with { OtherRoot = true } }, Refusal.BadSignature);
        yield return Refused("a countersignature of the registry by a key that is not shown", good with { Registry = good.Registry with { Witnesses = [new("app", Signed)] } }, Refusal.UnknownKey);
    }

    private static IEnumerable<WaybillExample> Withdrawn()
    {
        int[] shown = [.. Shown[..7], 13, 14];
        yield return Refused("a sensor revoked without a last: a reading at its time", Examples.Of(Revoked("sensor", 105_000), VectorLog.Ward(), shown, 5), Refusal.Revoked);
        yield return Refused("a sensor revoked with a last: a number beyond it", Examples.Of(Revoked("sensor", 900_000, Examples.Last(1, 0)), VectorLog.Ward(), shown, 5), Refusal.Revoked);
        yield return Refused("a gateway revoked with a last that the head passes", Examples.Of(Revoked("gateway", 900_000, Examples.LastSize(0, 10)), VectorLog.Ward(), shown, 5), Refusal.Revoked);
        yield return Refused("a gateway revoked without a last, before the head", Examples.Of(Revoked("gateway", 111_999), VectorLog.Ward(), shown, 5), Refusal.Revoked);
        PaperWaybill early = Examples.Of(Revoked("gateway", 105_000), VectorLog.Ward(), shown, 5);
        yield return Refused("a gateway revoked without a last: a head backdated, the entry not", early with { Log = early.Log with { Seconds = (VectorRegistry.Start / 1000) + 90 } }, Refusal.Revoked);
        VectorRegistry rotated = VectorRegistry.Fleet();
        rotated.Rotate("gateway", "next-gateway", 100_000);
        rotated.Status();
        yield return Refused("a replaced gateway's head from after", Examples.Of(rotated, VectorLog.Ward(), shown, 5), Refusal.Revoked);
        yield return Refused("a registrar revoked, its head over that", Examples.Of(Revoked("registrar", 900_000), VectorLog.Ward(), shown, 5), Refusal.Revoked);
        VectorRegistry sensor = VectorRegistry.Fleet();
        sensor.Rotate("sensor", "next-sensor", 105_000);
        sensor.Status();
        yield return Refused("a replaced sensor's reading from after", Examples.Of(sensor, VectorLog.Ward(), shown, 5), Refusal.Revoked);
        VectorRegistry signer = VectorRegistry.Fleet();
        signer.Revoke("registrar", 900_000);
        signer.Status();
        yield return Refused("a status by a registrar that was revoked", Examples.Of(signer, VectorLog.Ward(), shown, 5) with { }, Refusal.Revoked);
    }

    private static IEnumerable<WaybillExample> Entries()
    {
        VectorRegistry moved = VectorRegistry.Fleet();
        moved.Assign("sensor", "ward-4", "patient-9", 107_000);
        moved.Status();
        yield return Refused("a sensor reassigned to another gateway before", Examples.Of(moved, VectorLog.Ward(), [.. Shown[..7], 8, 13, 14], 9), Refusal.NotAssigned);
        yield return Refused("a sensor enrolled beyond what is in force", Examples.Of(VectorRegistry.Fleet(), VectorLog.Ward(5), Shown, 2, 5), Refusal.UnknownKey);
        yield return Refused("a sensor assigned beyond what is in force", Examples.Of(VectorRegistry.Fleet(), VectorLog.Ward(6), Shown, 2, 5), Refusal.NotAssigned);
        yield return Refused("a sensor that the registry does not have yet, of which more is in force: it would be pending", Examples.Of(VectorRegistry.Fleet(), VectorLog.Ward(99), [.. Shown[..5], 12], 2, 5), Refusal.UnknownKey);
        yield return Added("a reading that another key signed", log => log.Add(EntryKind.Reading, Swapped()), Refusal.BadSignature, 11);
        yield return Added("a gateway's key as a sensor's", log => log.Reading("gateway", 1, 0, 70), Refusal.WrongRole, 11);
        yield return Added("another reading under a number that was used", log => log.Reading("sensor", 2, 0, 99), Refusal.Cloned, 10, 11);
        yield return Added("the same content again", log => log.Reading("sensor", 2, 0, 75), Refusal.NotRising, 10, 11);
        yield return Added("a number that falls", log => log.Reading("sensor", 1, 3, 75), Refusal.NotRising, 10, 11);
        yield return Added("an entry that is none", log => log.Put([1, 2, 3]), Refusal.Malformed, 11);
        yield return Added("a reading that is none", log => log.Add(EntryKind.Reading, [1, 2, 3]), Refusal.Malformed, 11);
        yield return Added("a blank", log => log.Put([0x81, 0x58, 0x20, .. new byte[32]]), Refusal.WrongCount, 11);
        yield return Added("a statement in a gateway's log", log => log.Put(VectorRegistry.Fleet().Tree.Entries[5]), Refusal.WrongKind, 11);
        yield return Added("a slot in an open log", log => log.Add(EntryKind.Sealed, VectorExamples.Body("sealing", "the first sealed slot of an epoch")), Refusal.WrongKind, 10, 11);
        yield return Added("a second generation in a log", log => log.Event(new GenerationEvent("again")), Refusal.WrongKind, 11);
        yield return Added("labels in clear", log => log.Event(new LabelsEvent(new Dictionary<string, string> { ["a"] = "b" })), Refusal.WrongKind, 11);
        yield return Added("what is in force falls", log => log.Event(new InForceEvent(12)), Refusal.Contradiction, 2, 11);
        VectorLog late = WaybillExamples.SealedLog();
        late.Reading("sensor", 1, 0, 70);
        yield return Refused("a reading in a sealed log", Examples.Of(VectorRegistry.Fleet(), late, Shown, 2, 4), Refusal.WrongKind);
        VectorLog repeated = WaybillExamples.SealedLog();
        repeated.Put(repeated.Tree.Entries[3]);
        yield return Refused("a step used before", Examples.Of(VectorRegistry.Fleet(), repeated, Shown, 2, 3, 4), Refusal.StepRepeated);
        VectorLog unknown = new();
        unknown.Event(new GenerationEvent("new"));
        unknown.Put(WaybillExamples.SealedLog().Tree.Entries[3]);
        yield return Refused("a slot of an epoch that the log has not, from its first entry on", Examples.Of(VectorRegistry.Fleet(), unknown, Shown, 0, 1), Refusal.UnknownEpoch);
        VectorLog first = new();
        first.Event(new StartEvent("sealway"));
        first.Event(new StartEvent("sealway"));
        yield return Refused("a log that does not begin with its generation", Examples.Of(VectorRegistry.Fleet(), first, Shown, 0), Refusal.NoGeneration);
        PaperWaybill second = Examples.Ward(0);
        yield return Refused("a second generation that names none before", second with { Log = second.Log with { Log = VectorRegistry.Ward with { Generation = 1 } } }, Refusal.NoGeneration);
    }

    private static WaybillExample Refused(string name, PaperWaybill waybill, Refusal reason) => new(name, waybill.ToArray(), reason);

    private static WaybillExample Lacking(int statement, Refusal reason, string name) =>
        Refused(name, Examples.Of(VectorRegistry.Fleet(), VectorLog.Ward(), [.. Shown.Where(one => one != statement)], 5), reason);

    private static WaybillExample Added(string name, Action<VectorLog> add, Refusal reason, params int[] entries)
    {
        VectorLog log = VectorLog.Ward();
        add(log);
        return Refused(name, Examples.Of(VectorRegistry.Fleet(), log, Shown, entries), reason);
    }

    private static VectorRegistry Revoked(string key, ulong since, LastThatCounts? last = null)
    {
        VectorRegistry registry = VectorRegistry.Fleet();
        registry.Revoke(key, since, last);
        registry.Status(key == "registrar" ? "authority" : "registrar");
        return registry;
    }

    // The sensor's reading with the signature of another.
    private static byte[] Swapped()
    {
        byte[] reading = VectorLog.Signed("sensor", 3, 0, 70);
        byte[] other = VectorLog.Signed("other-sensor", 3, 0, 70);
        return [.. reading[..^64], .. other[^64..]];
    }

    private static byte[] High(byte[] receipt)
    {
        System.Numerics.BigInteger order = System.Numerics.BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        byte[] high = (order - new System.Numerics.BigInteger(receipt.AsSpan(receipt.Length - 32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. receipt[..^32], .. new byte[32 - high.Length], .. high];
    }
}
