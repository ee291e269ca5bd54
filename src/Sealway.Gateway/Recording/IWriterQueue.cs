namespace Sealway.Gateway;

/// <summary>The way into the writer loop for everything that is not a sensor: members' commands, the thermostat's clock, pairing.</summary>
public interface IWriterQueue
{
    /// <summary>Runs an action inside the writer loop.</summary>
    /// <param name="action">Quick, no I/O. What it throws ends up in the task and changes nothing else.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Completes once the turn's entries are durable. (What a sealed recorder holds back for its next slot is not yet among them.)</returns>
    Task DoAsync(Action<IWriterTurn> action, CancellationToken cancellation = default);

    /// <summary>The same for who must not wait for the disk, as what switches the heating off: a full disk keeps nothing durable.</summary>
    /// <param name="action">Quick, no I/O. What it throws ends up in the task and changes nothing else.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Completes once the action has run; what it states is durable later, or never.</returns>
    Task RunAsync(Action<IWriterTurn> action, CancellationToken cancellation = default) => DoAsync(action, cancellation);
}
