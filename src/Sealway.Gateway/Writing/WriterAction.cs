namespace Sealway.Gateway;

/// <summary>Something to do inside the writer loop, and who waits for it.</summary>
/// <param name="action">What to do.</param>
/// <param name="untilDurable">Whether it is waited for until what came of it is durable; else until it has run.</param>
internal sealed class WriterAction(Action<IWriterTurn> action, bool untilDurable = true)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _failed;

    internal Task Done => _done.Task;

    internal bool UntilDurable => untilDurable;

    internal void Run(IWriterTurn turn)
    {
        try
        {
            action(turn);
            if (!untilDurable)
            {
                _done.TrySetResult();
            }
        }
#pragma warning disable CA1031 // What an action throws is for whoever asked for it; the loop goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failed = true;
            _done.TrySetException(e);
        }
    }

    internal void Durable()
    {
        if (!_failed)
        {
            _done.TrySetResult();
        }
    }

    internal void Stopped() => _done.TrySetException(new OperationCanceledException("the gateway has stopped"));
}
