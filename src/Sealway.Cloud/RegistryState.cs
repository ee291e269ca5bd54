namespace Sealway.Cloud;

/// <summary>The registry as a report says it.</summary>
/// <param name="Size">Entries applied.</param>
/// <param name="Age">Since its newest status or head, whichever is later.</param>
/// <param name="Founded">Whether the authority's enrolment has arrived; before it only the registrar is welcome.</param>
/// <param name="Anomalies">Entries without effect.</param>
internal readonly record struct RegistryState(ulong Size, TimeSpan Age, bool Founded, int Anomalies);
