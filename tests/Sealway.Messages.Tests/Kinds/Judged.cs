namespace Sealway.Messages.Tests;

using System.Text.Json.Nodes;

/// <summary>A message that was accepted.</summary>
/// <param name="Says">What it says, as the vectors describe it.</param>
/// <param name="Again">The message made again from what it says.</param>
/// <param name="Bound">Whether a signature or a key binds every bit of it.</param>
internal sealed record Judged(JsonObject Says, byte[] Again, bool Bound);
