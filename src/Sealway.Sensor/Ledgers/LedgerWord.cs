namespace Sealway.Sensor.Ledgers;

/// <summary>What a line of a sensor's ledger says of a reading.</summary>
public enum LedgerWord
{
    /// <summary>It was signed, and may have been sent from then on.</summary>
    Signed,

    /// <summary>The gateway said that it is stored.</summary>
    Stored,

    /// <summary>The gateway refused it for good.</summary>
    Refused,
}
