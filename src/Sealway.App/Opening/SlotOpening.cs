namespace Sealway.App;

using Sealway.Messages;

/// <summary>What a key opens.</summary>
/// <param name="Epochs">Epochs whose key it was given.</param>
/// <param name="Slots">Slots that it opened.</param>
/// <param name="Items">What they held; nothing of it is judged.</param>
public sealed record SlotOpening(int Epochs, int Slots, IReadOnlyList<SlotItem> Items)
{
    /// <summary>The readings among the items.</summary>
    public int Readings => Items.Count(item => item.Reading is not null);
}
