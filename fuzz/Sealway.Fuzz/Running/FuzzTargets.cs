namespace Sealway.Fuzz.Running;

using Sealway.Fuzz.Targets;

/// <summary>Every decoder that meets bytes from outside.</summary>
internal static class FuzzTargets
{
    public static readonly IReadOnlyList<FuzzTarget> All =
    [
        new ReadingTarget(),
        new EntryTarget(),
        new StatementTarget(),
        new HeadTarget(),
        new ReceiptTarget(),
        new WaybillTarget(),
        new EnvelopeTarget(),
        new GrantTarget(),
        new SlotTarget(),
        new CommandTarget(),
        new FollowTarget(),
        new SensorLinkTarget(),
        new MqttTarget(),
        new PairingTarget(),
        new CertificateTarget(),
        new ProofTarget(),
        new StoredTarget(),
        new StateTarget(),
        new RecordingTarget(),
        new InspectTarget(),
    ];

    /// <summary>One with a mistake in it, so that it can be shown that a mistake is found.</summary>
    public static readonly FuzzTarget Broken = new BrokenTarget();

    /// <summary>The target of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static FuzzTarget Find(string name) =>
        All.Append(Broken).FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"there is no target '{name}'; there are {string.Join(", ", All.Select(target => target.Name))}");
}
