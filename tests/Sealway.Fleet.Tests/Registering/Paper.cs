namespace Sealway.Fleet.Tests.Registering;

/// <summary>A registry on paper: entries made by hand, right ones and wrong ones.</summary>
internal sealed class Paper
{
    public const ulong Start = 1_800_000_000_000;

    public static readonly LogId Log = new("st-anna", 0);

    public Paper()
    {
        Registry = new Registry(Authority.PublicKey);
    }

    public SigningKey Authority { get; } = SigningKey.Generate();

    public SigningKey Registrar { get; } = SigningKey.Generate();

    public SigningKey Gateway { get; } = SigningKey.Generate();

    public SigningKey Sensor { get; } = SigningKey.Generate();

    public SigningKey Archive { get; } = SigningKey.Generate();

    public Registry Registry { get; }

    public List<ReadOnlyMemory<byte>> Entries { get; } = [];

    public RegistryView View => Registry.Current;

    public ulong Now { get; set; } = Start;

    /// <summary>The authority's enrolment and the registrar's.</summary>
    public Paper Found()
    {
        State(Authority, new Enrolment(Authority.PublicKey, Role.Authority, Log.Name, Certificate: new byte[] { 1, 2, 3 }));
        State(Authority, new Enrolment(Registrar.PublicKey, Role.Registrar, "registrar"));
        return this;
    }

    /// <summary>A ward: gateway, archive, a sensor assigned.</summary>
    public Paper Ward()
    {
        Found();
        State(Authority, new Enrolment(Gateway.PublicKey, Role.Gateway, "ward-3", Agreement: AgreementKey.Generate().PublicKey));
        State(Authority, new Enrolment(Archive.PublicKey, Role.Archive, "archive"));
        State(Authority, new Enrolment(Sensor.PublicKey, Role.Sensor, "sensor-1", "Thermo 2"));
        State(Authority, Assigned());
        return this;
    }

    public Assignment Assigned() => new(Sensor.PublicKey.Kid, "ward-3", "patient-7", Start, Archive.PublicKey.Kid);

    public Entry Sign(ISigner signer, StatementContent content) => Statement.Sign(signer, Log, View.Size, Now, content);

    /// <summary>States something and tells what it did: null if it has effect, else the anomaly's reason.</summary>
    public Refusal? State(ISigner signer, StatementContent content) => Put(Sign(signer, content).Bytes);

    public Refusal? Put(ReadOnlyMemory<byte> entry)
    {
        RegistryView before = View;
        Entries.Add(entry);
        Registry.Apply(entry);
        Assert.Equal(before.Size + 1, View.Size);
        return View.Anomalies.Count == before.Anomalies.Count ? null : View.Anomalies[^1].Reason;
    }
}
