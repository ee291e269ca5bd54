namespace Sealway.App;

/// <summary>What became of reading one entry.</summary>
internal enum ReadStep
{
    /// <summary>Read; the next one may come.</summary>
    Done = 0,

    /// <summary>It cannot be judged before more of the registry is here; nothing was taken from it.</summary>
    NeedsRegistry = 1,

    /// <summary>Read, and a grant gave keys of epochs that were passed over: all is to be read again.</summary>
    NeedsRereading = 2,
}
