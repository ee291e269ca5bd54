namespace Sealway.App;

using Sealway.Messages;

/// <summary>How the home's log stands for this member.</summary>
/// <param name="Log">The generation that is followed.</param>
/// <param name="Size">Entries held.</param>
/// <param name="FinalSize">The largest size that the owner, another member or a named archive has countersigned; up to there the log is final, beyond it provisional.</param>
/// <param name="Forks">Forks that were found; the evidence is in the store.</param>
/// <param name="IsSilent">Whether no new head came for too long.</param>
/// <param name="IsRemoved">Whether this member was removed: nothing new can be opened or asked any more.</param>
/// <param name="Trouble">The link's last trouble, or null.</param>
public sealed record Standing(LogId Log, ulong Size, ulong FinalSize, int Forks, bool IsSilent, bool IsRemoved, string? Trouble);
