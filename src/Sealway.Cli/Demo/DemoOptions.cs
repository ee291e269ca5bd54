namespace Sealway.Cli.Demo;

/// <summary>What <c>sealway demo</c> was asked for.</summary>
/// <param name="Recordings">A folder of recordings to replay; null: values are generated.</param>
/// <param name="Speed">How many times as fast as recorded; null: each recording at the speed that brings its usual spacing to a second.</param>
/// <param name="For">How long sensors measure.</param>
/// <param name="Headless">No live table: one line at each stage.</param>
/// <param name="Json">Where the summary goes; null: nowhere.</param>
/// <param name="Keep">Where everything stays to be looked at; null: a temporary folder that is removed.</param>
/// <param name="Attack">Whether the parts are attacked after the peaceful run.</param>
/// <param name="Only">Which attacks: those whose name, or whose hand's, contains this; null: all.</param>
/// <param name="TlsKeylog">A file that gets the keys of every part's TLS connections; null: none are written.</param>
internal sealed record DemoOptions(string? Recordings, double? Speed, TimeSpan For, bool Headless, string? Json, string? Keep, bool Attack = false, string? Only = null, string? TlsKeylog = null);
