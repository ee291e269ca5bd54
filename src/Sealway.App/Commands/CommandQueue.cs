namespace Sealway.App;

using Sealway.Messages;

/// <summary>
/// Commands that wait to be sent or answered, one after the other: the first goes with each fetch until the log has its
/// answer or its time is over, since nobody says whether the gateway was there to take it. Safe for use by several threads.
/// </summary>
internal sealed class CommandQueue(ISigner signer, CommandCounter counter)
{
    private const int Most = 64;

    // An answer travels in a slot, and a slot waits for its tick and for the links.
    private const ulong AnswerMilliseconds = 120_000;

    private readonly List<QueuedCommand> _commands = [];
    private readonly Lock _lock = new();

    /// <summary>Asks for something.</summary>
    /// <returns>The gateway's answer as its log has it.</returns>
    /// <exception cref="InvalidOperationException">Too many wait already.</exception>
    public Task<Refusal> Add(Func<CommandContent, CommandContent> prescribe)
    {
        QueuedCommand command = new(prescribe);
        lock (_lock)
        {
            if (_commands.Count == Most)
            {
                throw new InvalidOperationException($"{Most} commands wait already");
            }

            _commands.Add(command);
        }

        return command.Outcome;
    }

    /// <summary>The command for the next fetch, or null: signed over the newest head the first time, and anew under the name of a new generation.</summary>
    public QueuedCommand? Next(LogId log, ulong size, ReadOnlyMemory<byte> root, ulong now)
    {
        lock (_lock)
        {
            Expire(now);

            // An expired one waits for an answer that may be on its way, and holds nobody up.
            while (_commands.Find(command => command.Signed is not { } signed || now <= signed.Content.ExpiryMilliseconds) is { } next)
            {
                if (next.Signed is not null && next.Log == log)
                {
                    return next;
                }

                try
                {
                    next.Sign(signer, log, next.Prescribe(new CommandContent(counter.Next(now), now + (Limits.CommandLifeMilliseconds / 2), size, root, default)));
                    return next;
                }
                catch (Exception e) when (e is MessageException or InvalidOperationException or Fleet.FleetFileException)
                {
                    _commands.Remove(next);
                    next.Fail(e);
                }
            }

            return null;
        }
    }

    /// <summary>The log has an answer.</summary>
    public void Done(CommandDoneEvent done)
    {
        string hash = Convert.ToHexString(done.Hash.Span);
        lock (_lock)
        {
            if (_commands.Find(command => command.Hash == hash) is { } answered)
            {
                _commands.Remove(answered);
                answered.Answer(done.Outcome);
            }
        }
    }

    /// <summary>A command cannot be sent at all.</summary>
    public void Drop(QueuedCommand command, Exception cause)
    {
        lock (_lock)
        {
            _commands.Remove(command);
            command.Fail(cause);
        }
    }

    /// <summary>Nothing is sent any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _commands.ForEach(command => command.Fail(new OperationCanceledException("the app has stopped")));
            _commands.Clear();
        }
    }

    private void Expire(ulong now)
    {
        foreach (QueuedCommand late in _commands.FindAll(command => command.Signed is { } signed && now > signed.Content.ExpiryMilliseconds + AnswerMilliseconds))
        {
            _commands.Remove(late);
            late.Fail(new TimeoutException("the gateway has not answered in time; whether it did what was asked its log will show"));
        }
    }
}
