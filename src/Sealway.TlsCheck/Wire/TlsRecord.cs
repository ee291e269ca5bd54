namespace Sealway.TlsCheck.Wire;

/// <summary>One record (RFC 8446 section 5.1).</summary>
/// <param name="Type">What it carries.</param>
/// <param name="Version">The version in its header.</param>
/// <param name="Body">Its body; opened, once keys are in use.</param>
internal sealed record TlsRecord(ContentType Type, ushort Version, byte[] Body);
