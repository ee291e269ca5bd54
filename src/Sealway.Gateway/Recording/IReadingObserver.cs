namespace Sealway.Gateway;

/// <summary>Sees every accepted reading, as the thermostat does. Called inside the writer loop, before the reading is durable.</summary>
public interface IReadingObserver
{
    /// <summary>A reading was accepted. The verdict says whether it is fresh: a stale one may drive nothing.</summary>
    void Accepted(AcceptedReading reading, IWriterTurn turn);
}
