namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>A countersignature on a waybill's head, verified.</summary>
/// <param name="Party">Who countersigned.</param>
/// <param name="Seconds">When, in seconds since 1970 by its clock.</param>
/// <param name="From">The index from which on it held the entries.</param>
/// <param name="RegistrySize">How much of the registry it had applied.</param>
/// <param name="Counts">False if its key was withdrawn by then.</param>
public sealed record WaybillWitness(Party Party, ulong Seconds, ulong From, ulong RegistrySize, bool Counts);
