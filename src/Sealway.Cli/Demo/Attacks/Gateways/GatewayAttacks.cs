namespace Sealway.Cli.Demo.Attacks;

/// <summary>What can be tried by whoever has a gateway's keys and disk.</summary>
internal static class GatewayAttacks
{
    public static IReadOnlyList<Attack> All() =>
    [
        new HeadOfAnothersLog(),
        new RewrittenEntry(),
        new SkippedNumber(),
        new CutTail(),
        new Misdated(),
        new UnsignedReadings(),
        new GiantAppend(),
        new EndlessAppend(),
        new ThousandGenerations(),
    ];
}
