namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>A registry of the vectors' keys, stated entry by entry, right or wrong.</summary>
internal sealed class VectorRegistry
{
    public const ulong Start = 1_800_000_000_000;

    public static readonly LogId Log = new("st-anna", 0);

    public static readonly LogId Ward = new("ward-3", 0);

    public PaperTree Tree { get; } = new();

    public ulong At { get; set; } = Start;

    public ulong Size => (ulong)Tree.Entries.Count;

    /// <summary>Entries 0 to 12: the parties of a ward, two sensors of it, two statuses.</summary>
    public static VectorRegistry Fleet()
    {
        VectorRegistry registry = new();
        registry.Enrol("authority", Role.Authority, "st-anna", recovery: "recovery");
        registry.Enrol("registrar", Role.Registrar, "registrar");
        registry.Enrol("gateway", Role.Gateway, "ward-3");
        registry.Enrol("archive", Role.Archive, "archive");
        registry.Enrol("cloud", Role.Cloud, "cloud");
        registry.Enrol("sensor", Role.Sensor, "sensor-1");
        registry.Assign("sensor", "ward-3", "patient-7", 0, "archive");
        registry.Status();
        registry.Enrol("other-gateway", Role.Gateway, "ward-4");
        registry.Enrol("other-sensor", Role.Sensor, "sensor-2");
        registry.Assign("other-sensor", "ward-3", "patient-8", 0);
        registry.Enrol("app", Role.App, "app-1");
        registry.Status();
        return registry;
    }

    public RegistryView View(PublicKey? pin = null)
    {
        Registry registry = new(pin ?? VectorKeys.Signer("authority").PublicKey);
        Tree.Entries.ForEach(entry => registry.Apply(entry));
        return registry.Current;
    }

    public ulong Enrol(string key, Role role, string name, string signer = "authority", string? recovery = null)
    {
        ReadOnlyMemory<byte>? hash = recovery is null ? default(ReadOnlyMemory<byte>?) : Rotation.RecoveryHash(VectorKeys.Signer(recovery).PublicKey);
        ReadOnlyMemory<byte>? certificate = role == Role.Authority ? new byte[] { 0x30, 0x00 } : default(ReadOnlyMemory<byte>?);
        return State(signer, new Enrolment(VectorKeys.Signer(key).PublicKey, role, name, Certificate: certificate, Recovery: hash));
    }

    public ulong Assign(string sensor, string gateway, string subject, ulong since, string? archive = null, string signer = "authority") =>
        State(signer, new Assignment(VectorKeys.Kid(sensor), gateway, subject, Start + since, archive is null ? null : VectorKeys.Kid(archive)));

    public ulong Revoke(string key, ulong since, LastThatCounts? last = null, string signer = "authority") =>
        State(signer, new Revocation(VectorKeys.Kid(key), Start + since, "lost", last));

    public ulong Rotate(string old, string next, ulong since, LastThatCounts? last = null, string? signer = null) =>
        State(signer ?? old, new Rotation(VectorKeys.Kid(old), VectorKeys.Signer(next).PublicKey, Start + since, last));

    public ulong Recover(string old, string next, ulong since, string recovery = "recovery", string following = "next-recovery") => State(
        recovery,
        new Rotation(VectorKeys.Kid(old), VectorKeys.Signer(next).PublicKey, Start + since, Recovery: VectorKeys.Signer(recovery).PublicKey, NextRecovery: Rotation.RecoveryHash(VectorKeys.Signer(following).PublicKey)));

    /// <summary>A status that lists what is withdrawn, or what is given.</summary>
    public ulong Status(string signer = "registrar", ulong? through = null, IEnumerable<(Kid Key, ulong Since)>? listed = null, (Kid First, Kid Last)? page = null) => State(
        signer,
        new Status(through ?? At, [.. listed ?? View().Withdrawals.Select(one => (one.Key, one.SinceMilliseconds)).Where(one => page is not { } p || (one.Key >= p.First && one.Key <= p.Last))], page));

    public ulong State(string signer, StatementContent content) => Put(Statement.Sign(VectorKeys.Signer(signer), Log, Size, At, content).Bytes.ToArray());

    /// <summary>Adds an entry's bytes and gives its index; the clock goes on by a second.</summary>
    public ulong Put(byte[] entry)
    {
        Tree.Entries.Add(entry);
        At += 1000;
        return Size - 1;
    }
}
