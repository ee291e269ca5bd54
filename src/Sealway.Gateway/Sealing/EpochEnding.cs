namespace Sealway.Gateway;

/// <summary>An epoch that is to end once what was given before is in its slots.</summary>
/// <param name="before">The order of the first item that belongs to the next epoch.</param>
internal sealed class EpochEnding(ulong before)
{
    /// <summary>The order of the first item that belongs to the next epoch.</summary>
    public ulong Before { get; } = before;

    /// <summary>Whether somebody waits who is not to see what this epoch holds.</summary>
    public bool ForNewcomer { get; set; }

    /// <summary>Whether all items are placed and their rollups made.</summary>
    public bool RolledUp { get; set; }

    /// <summary>Slots since the end was due.</summary>
    public int Slots { get; set; }
}
