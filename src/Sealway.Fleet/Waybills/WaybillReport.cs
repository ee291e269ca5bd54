namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>What a waybill proves to who has the authority's key alone: the way of its entries.</summary>
/// <param name="Log">The log that they stand in.</param>
/// <param name="LogSize">Its size at the head.</param>
/// <param name="LogSeconds">When the head was signed, seconds since 1970 by the writer's clock.</param>
/// <param name="Writer">Who signed it.</param>
/// <param name="Witnesses">Who countersigned it.</param>
/// <param name="Registry">The registry's log.</param>
/// <param name="RegistrySize">As of which size of it all this holds.</param>
/// <param name="RegistrySeconds">When the registry's head was signed, seconds since 1970.</param>
/// <param name="RegistryWriter">Who signed it.</param>
/// <param name="RegistryWitnesses">Who countersigned it.</param>
/// <param name="RevocationsThrough">Through when revocations are known completely, milliseconds since 1970.</param>
/// <param name="Entries">The entries, by rising index.</param>
/// <param name="NotChecked">What the waybill cannot show, in sentences.</param>
public sealed record WaybillReport(
    LogId Log,
    ulong LogSize,
    ulong LogSeconds,
    Party Writer,
    IReadOnlyList<WaybillWitness> Witnesses,
    LogId Registry,
    ulong RegistrySize,
    ulong RegistrySeconds,
    Party RegistryWriter,
    IReadOnlyList<WaybillWitness> RegistryWitnesses,
    ulong RevocationsThrough,
    IReadOnlyList<WaybillEntry> Entries,
    IReadOnlyList<string> NotChecked);
