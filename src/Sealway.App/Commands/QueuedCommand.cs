namespace Sealway.App;

using Sealway.Messages;

/// <summary>A command on its way: signed when it is first sent, so that it names the newest head, and the same bytes until it is answered.</summary>
/// <param name="prescribe">Completes the content with what the action prescribes.</param>
internal sealed class QueuedCommand(Func<CommandContent, CommandContent> prescribe)
{
    private readonly TaskCompletionSource<Refusal> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<CommandContent, CommandContent> Prescribe => prescribe;

    public Task<Refusal> Outcome => _outcome.Task;

    public Command? Signed { get; set; }

    public string Hash { get; set; } = string.Empty;

    /// <summary>Whether the cloud took it.</summary>
    public bool IsSent { get; set; }

    public void Answer(Refusal outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception cause) => _outcome.TrySetException(cause);
}
