namespace Sealway.Archive.Tests.Alerts;

using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Archive.Tests.Roles;

public sealed class AlertOutboxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_webhook_that_fails_first_gets_every_alert_in_order()
    {
        await using AlertReceiver receiver = await AlertReceiver.StartAsync(failures: 2);
        using AlertOutbox outbox = Outbox(new WebhookChannel(receiver.Address, TimeProvider.System));
        outbox.Put([Alert(1), Alert(2)]);
        outbox.Put([Alert(3)]);
        await Running(outbox, async () =>
        {
            for (int i = 1; i <= 3; i++)
            {
                Assert.Equal($"alert-{i}", (await receiver.Next("alarm")).GetProperty("id").GetString());
            }

            outbox.Put([Alert(4)]);
            Assert.Equal("alert-4", (await receiver.Next("alarm")).GetProperty("id").GetString());
        });
        Assert.Equal(2, receiver.Refused);
    }

    [Fact]
    public async Task What_could_not_be_delivered_is_delivered_after_a_restart()
    {
        await using AlertReceiver receiver = await AlertReceiver.StartAsync();
        using (AlertOutbox outbox = Outbox(new WebhookChannel(new Uri("http://127.0.0.1:1/"), TimeProvider.System)))
        {
            outbox.Put([Alert(1), Alert(2)]);
        }

        using AlertOutbox again = Outbox(new WebhookChannel(receiver.Address, TimeProvider.System));
        Assert.Equal(2, again.Waiting);
        again.Put([Alert(3)]);
        await Running(again, async () =>
        {
            for (int i = 1; i <= 3; i++)
            {
                Assert.Equal($"alert-{i}", (await receiver.Next("alarm")).GetProperty("id").GetString());
            }
        });
    }

    [Fact]
    public async Task A_command_gets_each_alert_on_its_standard_input_and_again_if_it_fails()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a Unix shell");
        string told = _folder.File("told");
        string failed = _folder.File("failed");
        string script = $"if [ ! -e '{failed}' ]; then touch '{failed}'; exit 3; fi; cat >> '{told}'; echo >> '{told}'";
        using AlertOutbox outbox = Outbox(new CommandChannel(["/bin/sh", "-c", script], TimeProvider.System));
        outbox.Put([Alert(1), Alert(2)]);
        await Running(outbox, async () =>
        {
            while (outbox.Delivered < 2)
            {
                await Task.Delay(10, Ct);
            }
        });
        string[] lines = await File.ReadAllLinesAsync(told, Ct);
        Assert.Equal(["alert-1", "alert-2"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()));
        Assert.Equal(0, outbox.Waiting);
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_a_failed_delivery()
    {
        using CommandChannel channel = new([_folder.File("nothing")], TimeProvider.System);
        await Assert.ThrowsAsync<AlertNotDeliveredException>(() => channel.DeliverAsync(Alert(1).ToJson(), Ct));
    }

    [Fact]
    public void Without_a_channel_nothing_more_is_kept()
    {
        using AlertOutbox outbox = Outbox(new CommandChannel(["true"], TimeProvider.System));
        outbox.Put([.. Enumerable.Range(0, 3).Select(Alert)]);
        Assert.Equal((3, 0L), (outbox.Waiting, outbox.Dropped));
        using AlertOutbox none = Outbox(null);
        none.Put([Alert(1)]);
        Assert.Equal(3, none.Waiting);
    }

    [Theory]
    [InlineData("https://alerts.example/ward", true)]
    [InlineData("http://127.0.0.1:8080/", true)]
    [InlineData("http://localhost/", true)]
    [InlineData("http://alerts.example/", false)]
    [InlineData("file:///tmp/alerts", false)]
    public void Alerts_leave_this_machine_encrypted_only(string uri, bool allowed) => Assert.Equal(allowed, WebhookChannel.Allows(new Uri(uri)));

    private static Alert Alert(int number) => new() { Id = $"alert-{number}", Kind = AlertKind.Alarm, Raised = true, Text = "a text", At = 1 };

    private static async Task Running(AlertOutbox outbox, Func<Task> work)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task running = outbox.RunAsync(stop.Token);
        await work();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private AlertOutbox Outbox(IAlertChannel? channel) => new(_folder.File("alerts"), channel, TimeProvider.System, NullLogger.Instance);
}
