namespace Sealway.Cli.Demo;

using Sealway.Sensor.Recordings;

/// <summary>One sensor of the demo, and what it measures.</summary>
/// <param name="Name">Its enrolled name.</param>
/// <param name="Subject">The patient's pseudonym, or the room's opaque name.</param>
/// <param name="Label">What people call the room; null in the ward, where pseudonyms are all there is.</param>
/// <param name="Recording">What it replays; null: it generates.</param>
/// <param name="Speed">How many times as fast as recorded.</param>
/// <param name="Seed">Of its generator.</param>
internal sealed record DemoSensor(string Name, string Subject, string? Label, Recording? Recording, double Speed, int Seed);
