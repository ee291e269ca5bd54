namespace Sealway.App.Tests.Commands;

using Sealway.App;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class CommandRepeatTests : IDisposable
{
    private static readonly LogId Log = new("home", 0);

    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _member = SigningKey.Generate();
    private ulong _now = 1_800_000_000_000;

    public void Dispose()
    {
        _member.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_command_is_repeated_until_its_outcome_stands_in_the_log_then_the_next_one_begins()
    {
        CommandQueue queue = Queue();
        Task<Refusal> first = queue.Add(Set(21));
        Task<Refusal> second = queue.Add(Set(22));
        Command sent = Next(queue)!;
        _now += 1_000;
        Assert.Equal(sent.Hash(), Next(queue)!.Hash());
        queue.Done(new CommandDoneEvent(new byte[32], Refusal.None));
        Assert.Equal(sent.Hash(), Next(queue)!.Hash());
        queue.Done(new CommandDoneEvent(sent.Hash(), Refusal.Unsafe));
        Assert.Equal(Refusal.Unsafe, await first);
        Command next = Next(queue)!;
        Assert.True(next.Content.Number > sent.Content.Number);
        queue.Done(new CommandDoneEvent(next.Hash(), Refusal.None));
        Assert.Equal(Refusal.None, await second);
        Assert.Null(Next(queue));
    }

    [Fact]
    public async Task An_expired_command_is_sent_no_more_and_lets_the_next_one_go()
    {
        CommandQueue queue = Queue();
        Task<Refusal> first = queue.Add(Set(21));
        Task<Refusal> second = queue.Add(Set(22));
        Command late = Next(queue)!;
        _now = late.Content.ExpiryMilliseconds + 1;
        Command? next = Next(queue);
        Assert.NotEqual(late.Hash(), next?.Hash() ?? []);

        // Its answer may have been on the way all the time.
        queue.Done(new CommandDoneEvent(late.Hash(), Refusal.None));
        Assert.Equal(Refusal.None, await first);
        Assert.False(second.IsCompleted);
        queue.Close();
        await Assert.ThrowsAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task A_new_generation_gets_the_command_under_its_own_name()
    {
        CommandQueue queue = Queue();
        Task<Refusal> asked = queue.Add(Set(21));
        Command old = Next(queue)!;
        Command anew = queue.Next(Log.Next, 5, new byte[32], _now)!.Signed!;
        Assert.True(anew.Content.Number > old.Content.Number);

        // It verifies under the new log's name alone.
        Command.FromUntrusted(anew.Bytes, Log.Next).Verify(_member.PublicKey);
        queue.Close();
        await Assert.ThrowsAsync<OperationCanceledException>(() => asked);
    }

    private static Func<CommandContent, CommandContent> Set(decimal target) =>
        content => content with { Action = CommandAction.SetTarget, Subject = "r-01", Target = Number.From(target) };

    private CommandQueue Queue() => new(_member, new CommandCounter(_folder.Path));

    private Command? Next(CommandQueue queue) => queue.Next(Log, 5, new byte[32], _now)?.Signed;
}
