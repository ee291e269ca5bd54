namespace Sealway.Cli.Demo.Attacks;

/// <summary>What can be tried between a sensor and its gateway.</summary>
internal static class AirAttacks
{
    public static IReadOnlyList<Attack> All() =>
    [
        new AlteredReading(),
        new PlayedBackAtOnce(),
        new PlayedBackLater(),
        new PlayedToAnotherGateway(),
        new MalleatedSignature(),
        new UnknownSensor(),
        new ClonedSensor(),
        new ClonedElsewhere(),
        new AlteredCiphertext(),
        new CutLink(),
        new JammedReading(),
    ];
}
