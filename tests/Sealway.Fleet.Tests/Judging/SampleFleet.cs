namespace Sealway.Fleet.Tests.Judging;

using Sealway.Messages;

/// <summary>A fleet in memory: an authority, a gateway <c>ward-1</c>, and whatever a test states.</summary>
public sealed class SampleFleet
{
    public const ulong Start = 1_700_000_000_000;

    public static readonly LogId RegistryLog = new("fleet", 0);

    private readonly SigningKey _authority = SigningKey.Generate();
    private int _names;

    public SampleFleet()
    {
        Registry = new Registry(_authority.PublicKey);
        State(new Enrolment(_authority.PublicKey, Role.Authority, "fleet"));
        Gateway = Enrol(Role.Gateway, "ward-1");
        OtherGateway = Enrol(Role.Gateway, "ward-2");
    }

    public Registry Registry { get; }

    public RegistryView View => Registry.Current;

    public LogId Log { get; } = new("ward-1", 0);

    public SigningKey Gateway { get; }

    public SigningKey OtherGateway { get; }

    public SigningKey Enrol(Role role, string? name = null)
    {
        SigningKey key = SigningKey.Generate();
        State(new Enrolment(key.PublicKey, role, name ?? $"party-{_names++}"));
        return key;
    }

    public SigningKey Sensor(string gateway = "ward-1")
    {
        SigningKey key = Enrol(Role.Sensor);
        Assign(key, gateway);
        return key;
    }

    public void Assign(SigningKey sensor, string gateway, ulong since = 0) =>
        State(new Assignment(sensor.PublicKey.Kid, gateway, "subject", since));

    public void Revoke(SigningKey key, ulong since, LastThatCounts? last = null) =>
        State(new Revocation(key.PublicKey.Kid, since, "lost", last));

    public void RevokeAfter(SigningKey sensor, ulong since, uint boot, uint sequence) =>
        Revoke(sensor, since, new LastThatCounts(new ReadingNumber(boot, sequence), null, null));

    public SigningKey Rotate(SigningKey old, ulong since, LastThatCounts? last = null)
    {
        SigningKey next = SigningKey.Generate();
        State(new Rotation(old.PublicKey.Kid, next.PublicKey, since, last), old);
        return next;
    }

    public void State(StatementContent content, SigningKey? signer = null)
    {
        Entry entry = Statement.Sign(signer ?? _authority, RegistryLog, Registry.Size, Start, content);
        Registry.Apply(entry.Bytes);
        if (Registry.Current.Anomalies.Count > 0)
        {
            throw new InvalidOperationException($"the registry does not take this: {Registry.Current.Anomalies[^1]}");
        }
    }
}
