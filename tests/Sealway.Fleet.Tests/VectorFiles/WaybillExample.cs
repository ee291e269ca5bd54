namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>A waybill of the vectors.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Reason">Why it is refused; None if it is accepted.</param>
/// <param name="Authority">The pinned key's name.</param>
internal sealed record WaybillExample(string Name, byte[] Bytes, Refusal Reason = Refusal.None, string Authority = "authority");
