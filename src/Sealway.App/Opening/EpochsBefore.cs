namespace Sealway.App;

using Sealway.Messages;

/// <summary>What a grant can hand out.</summary>
/// <param name="Log">The generation.</param>
/// <param name="Current">Its current epoch, under whose id the grant is logged.</param>
/// <param name="Epochs">The epochs whose keys are here, oldest first.</param>
internal sealed record EpochsBefore(LogId Log, EpochId Current, IReadOnlyList<EpochId> Epochs);
