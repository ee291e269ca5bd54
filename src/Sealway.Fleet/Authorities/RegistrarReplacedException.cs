namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>The registry has withdrawn the registrar's key: what it signs from then on does not count. Start again, with the registrar's new folder.</summary>
public sealed class RegistrarReplacedException : Exception
{
    /// <summary>Names the key.</summary>
    /// <param name="key">The registrar's key.</param>
    public RegistrarReplacedException(Kid key)
        : base($"the registrar's key {key} was withdrawn: start again, so that the new one in the fleet's folder is used; if there is none, run: sealway fleet rekey registrar") => Key = key;

    /// <summary>The registrar's key.</summary>
    public Kid Key { get; }
}
