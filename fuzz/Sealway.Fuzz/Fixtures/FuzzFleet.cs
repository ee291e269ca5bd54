namespace Sealway.Fuzz.Fixtures;

using System.Security.Cryptography;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>A small fleet in memory, with the published keys of docs/vectors, so that vectors and what is made here are of one fleet.</summary>
internal static class FuzzFleet
{
    public const ulong Began = 1_760_000_000_000;

    public static readonly LogId RegistryLog = new("authority", 0);

    public static readonly LogId WardLog = new("ward-3", 0);

    public static readonly LogId HomeLog = new("home-k2f9", 1);

    public static readonly SigningKey Authority = Key(0x01);

    public static readonly SigningKey Sensor = Key(0x11);

    public static readonly SigningKey Gateway = Key(0x12);

    public static readonly SigningKey Cloud = Key(0x13);

    public static readonly SigningKey Archive = Key(0x14);

    public static readonly SigningKey App = Key(0x15);

    public static readonly SigningKey Registrar = Key(0x16);

    private static readonly Dictionary<Kid, SigningKey> Keys =
        new[] { Authority, Sensor, Gateway, Cloud, Archive, App, Registrar }.ToDictionary(key => key.PublicKey.Kid);

    /// <summary>The registry's entries.</summary>
    public static readonly IReadOnlyList<ReadOnlyMemory<byte>> RegistryEntries = MakeRegistry();

    /// <summary>The registry with all of them.</summary>
    public static readonly RegistryView Registry = Follow();

    /// <summary>The ward's log: its generation, the registry in force, a challenge, readings.</summary>
    public static readonly IReadOnlyList<ReadOnlyMemory<byte>> WardEntries = MakeWard();

    /// <summary>What came before in the ward's log.</summary>
    public static readonly LogHistory History = JudgeWard();

    /// <summary>The key with a kid, or null.</summary>
    public static SigningKey? Find(Kid kid) => Keys.GetValueOrDefault(kid);

    /// <summary>A waybill of the ward's entries.</summary>
    public static Waybill Waybill(params int[] indexes)
    {
        Head head = HeadOf(WardLog, WardEntries, Gateway);
        Head registry = HeadOf(RegistryLog, RegistryEntries, Registrar);
        Countersignature[] countersignatures = [Countersign(Cloud, head), Countersign(Archive, head)];
        return new Waybill(
            Show(head, countersignatures, WardEntries, indexes),
            Show(registry, [Countersign(Archive, registry)], RegistryEntries, [.. Enumerable.Range(0, RegistryEntries.Count)]));
    }

    /// <summary>A head over entries.</summary>
    public static Head HeadOf(LogId log, IReadOnlyList<ReadOnlyMemory<byte>> entries, SigningKey signer) =>
        Head.Sign(signer, new HeadClaims(signer.PublicKey.Kid, log, (Began / 1000) + 60, (ulong)entries.Count, (ulong)RegistryEntries.Count), PlainTree.Root(Leaves(entries)));

    /// <summary>A countersignature on a head.</summary>
    public static Countersignature Countersign(SigningKey signer, Head head) => Countersignature.Sign(signer, head, (Began / 1000) + 61, (ulong)RegistryEntries.Count, 0);

    private static byte[][] Leaves(IReadOnlyList<ReadOnlyMemory<byte>> entries) => [.. entries.Select(entry => PlainTree.Leaf(entry.Span))];

    /// <summary>The evidence of entries.</summary>
    public static Evidence Show(Head head, IReadOnlyList<Countersignature> countersignatures, IReadOnlyList<ReadOnlyMemory<byte>> entries, int[] indexes)
    {
        byte[][] leaves = Leaves(entries);
        InclusionProof[] proofs = [.. indexes.Select(index => new InclusionProof((ulong)entries.Count, (ulong)index, [.. PlainTree.Path(leaves, index).Select(hash => (ReadOnlyMemory<byte>)hash)]))];
        return Evidence.Create(Receipt.Create(head, countersignatures, proofs), [.. indexes.Select(index => entries[index])]);
    }

    private static List<ReadOnlyMemory<byte>> MakeRegistry()
    {
        List<ReadOnlyMemory<byte>> entries = [];
        void Add(StatementContent content, SigningKey? by = null) => entries.Add(Statement.Sign(by ?? Authority, RegistryLog, (ulong)entries.Count, Began + (ulong)entries.Count, content).Bytes);

        Add(new Enrolment(Authority.PublicKey, Role.Authority, "authority"));
        Add(new Enrolment(Registrar.PublicKey, Role.Registrar, "registrar"));
        Add(new Enrolment(Sensor.PublicKey, Role.Sensor, "sensor-1", "model"));
        Add(new Enrolment(Gateway.PublicKey, Role.Gateway, "ward-3"));
        Add(new Enrolment(Cloud.PublicKey, Role.Cloud, "cloud"));
        Add(new Enrolment(Archive.PublicKey, Role.Archive, "archive"));
        Add(new Enrolment(App.PublicKey, Role.App, "app-1"));
        Add(new Assignment(Sensor.PublicKey.Kid, "ward-3", "patient-7", Began, Archive.PublicKey.Kid));
        Add(new Status(Began + (ulong)entries.Count, []), Registrar);
        return entries;
    }

    private static RegistryView Follow()
    {
        Registry registry = new(Authority.PublicKey);
        foreach (ReadOnlyMemory<byte> entry in RegistryEntries)
        {
            registry.Apply(entry);
        }

        return registry.Current.Anomalies.Count == 0 ? registry.Current : throw new InvalidOperationException($"the fleet of the fuzzers contradicts itself: {string.Join(", ", registry.Current.Anomalies)}");
    }

    private static List<ReadOnlyMemory<byte>> MakeWard()
    {
        byte[] nonce = [1, 2, 3, 4, 5, 6, 7, 8];
        List<ReadOnlyMemory<byte>> entries = [];
        void Add(EntryKind kind, ReadOnlyMemory<byte> body) => entries.Add(Entry.Create(kind, Began + (1000 * (ulong)entries.Count), body).Bytes);

        Add(EntryKind.Event, new GenerationEvent("new").ToArray());
        Add(EntryKind.Event, new InForceEvent((ulong)RegistryEntries.Count).ToArray());
        Add(EntryKind.Event, new ChallengeEvent(nonce).ToArray());
        for (uint i = 0; i < 3; i++)
        {
            Add(EntryKind.Reading, Reading.Sign(Sensor, new ReadingNumber(3, i), [new Measurement("hr", "beat/min", Number.From(72L + i))], i == 0 ? nonce : default).Bytes);
        }

        return entries;
    }

    private static LogHistory JudgeWard()
    {
        LogHistory history = LogHistory.Beginning;
        for (int i = 0; i < WardEntries.Count; i++)
        {
            Judged judged = Judge.JudgeEntry(WardLog, (ulong)i, WardEntries[i], history, Registry);
            history = judged.Verdict.IsValid ? history.After(judged) : throw new InvalidOperationException($"entry {i} of the fuzzers' ward is not valid");
        }

        return history;
    }

    private static SigningKey Key(byte scalar)
    {
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = [.. Enumerable.Repeat(scalar, 32)] });
        return SigningKey.FromPem(key.ExportPkcs8PrivateKeyPem());
    }
}
