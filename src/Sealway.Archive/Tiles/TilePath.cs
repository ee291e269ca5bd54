namespace Sealway.Archive;

using System.Globalization;

/// <summary>Where things lie below a log's folder: the paths of C2SP tlog-tiles, and beside them what is Sealway's own.</summary>
internal static class TilePath
{
    public const string State = "state";
    public const string Head = "head";
    public const string Tiles = "tile";
    public const string Entries = "entries";
    public const string Heads = "heads";
    public const string Notes = "notes";
    public const string Blanks = "blanks";
    public const string Erased = "erased";
    public const string Forks = "forks";

    /// <summary>What follows the name of a file that is not complete yet. One that a crash left means nothing and is overwritten.</summary>
    public const string Unfinished = ".new";

    private const string Partial = ".p";

    /// <summary>An index in groups of three digits, all but the last with an x: 1234067 is x001/x234/067.</summary>
    public static string Index(ulong index)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{index % 1000:D3}");
        for (index /= 1000; index > 0; index /= 1000)
        {
            text = string.Create(CultureInfo.InvariantCulture, $"x{index % 1000:D3}/{text}");
        }

        return text;
    }

    /// <summary>A tile of hashes; full with a width of 256, else partial.</summary>
    public static string Tile(int level, ulong index, int width) =>
        Sized(string.Create(CultureInfo.InvariantCulture, $"{Tiles}/{level}/{Index(index)}"), width);

    /// <summary>A bundle of entries; full with a width of 256, else partial.</summary>
    public static string Bundle(ulong index, int width) => Sized($"{Tiles}/{Entries}/{Index(index)}", width);

    /// <summary>The folder of a tile's, or a bundle's, partial versions.</summary>
    public static string PartialsOf(string full) => full + Partial;

    /// <summary>The heads of the sizes that one level 0 tile spans.</summary>
    public static string HeadSegment(ulong segment) => $"{Heads}/{Index(segment)}";

    public static string Numbered(string folder, ulong number) => string.Create(CultureInfo.InvariantCulture, $"{folder}/{number}");

    private static string Sized(string path, int width) => width == Log.Tile.Width
        ? path
        : string.Create(CultureInfo.InvariantCulture, $"{path}{Partial}/{width}");
}
