namespace Sealway.Gateway;

/// <summary>What the writer loop is woken by: a sensor's message, an action, or (neither) a time that has come.</summary>
/// <param name="Arrival">From a sensor; counts if <see cref="Arrival.Session"/> is set.</param>
/// <param name="Action">To do inside the loop.</param>
internal readonly record struct InboxItem(Arrival Arrival, WriterAction? Action)
{
    internal bool IsArrival => Arrival.Session is not null;

    internal static InboxItem Of(Arrival arrival) => new(arrival, null);

    internal static InboxItem Of(WriterAction action) => new(default, action);
}
