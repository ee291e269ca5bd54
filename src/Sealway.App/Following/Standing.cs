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
/// <param name="HeadSeconds">When the newest head was signed, in seconds since 1970 by the gateway's clock; 0 before the first.</param>
/// <param name="Cut">What a later generation leaves out that is held here, in words, or null.</param>
/// <param name="Withheld">What the cloud has shown to be there and does not give, in words, or null.</param>
public sealed record Standing(
    LogId Log, ulong Size, ulong FinalSize, int Forks, bool IsSilent, bool IsRemoved, string? Trouble, ulong HeadSeconds = 0, string? Cut = null, string? Withheld = null);
