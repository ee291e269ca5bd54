namespace Sealway.Messages.Tests;

/// <summary>A message that must be refused, and why.</summary>
internal sealed record RefusedMessage(Example Example, Refusal Reason)
{
    public override string ToString() => Example.Name;
}
