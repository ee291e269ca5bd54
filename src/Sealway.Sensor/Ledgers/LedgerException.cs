namespace Sealway.Sensor.Ledgers;

/// <summary>A ledger cannot be kept or read. The message names the file and says what to do.</summary>
public sealed class LedgerException : Exception
{
    internal LedgerException(string file, string mistake, Exception? inner = null)
        : base($"{file}: {mistake}", inner) => File = file;

    /// <summary>The ledger's path.</summary>
    public string File { get; }
}
