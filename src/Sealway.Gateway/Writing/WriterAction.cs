namespace Sealway.Gateway;

/// <summary>Something to do inside the writer loop, and who waits for it to be durable.</summary>
internal sealed class WriterAction(Action<IWriterTurn> action)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _failed;

    internal Task Done => _done.Task;

    internal void Run(IWriterTurn turn)
    {
        try
        {
            action(turn);
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
