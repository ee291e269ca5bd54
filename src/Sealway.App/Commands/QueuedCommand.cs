namespace Sealway.App;

using Sealway.Messages;

/// <summary>A command on its way: signed when it is first sent, so that it names the newest head, and the same bytes until it is answered.</summary>
/// <param name="prescribe">Completes the content with what the action prescribes.</param>
internal sealed class QueuedCommand(Func<CommandContent, CommandContent> prescribe)
{
    private readonly TaskCompletionSource<Refusal> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<CommandContent, CommandContent> Prescribe => prescribe;

    public Task<Refusal> Outcome => _outcome.Task;

    /// <summary>Null until it is the first in the queue.</summary>
    public Command? Signed { get; private set; }

    /// <summary>The log that it was signed for.</summary>
    public LogId Log { get; private set; }

    public string Hash { get; private set; } = string.Empty;

    public void Sign(ISigner signer, LogId log, CommandContent content)
    {
        Signed = Command.Sign(signer, log, content);
        Log = log;
        Hash = Convert.ToHexString(Signed.Hash());
    }

    public void Answer(Refusal outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception cause) => _outcome.TrySetException(cause);
}
