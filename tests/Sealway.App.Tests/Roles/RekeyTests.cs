namespace Sealway.App.Tests.Roles;

using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>A member replaces its HPKE key, and is stopped at each step on the way.</summary>
public sealed class RekeyTests : IAsyncLifetime
{
    private TestHome _home = null!;
    private TestCloud _cloud = null!;
    private Identity _anna = null!;
    private Kid _old;
    private TestApp _app = null!;

    private string Keys => _home.File("app-a");

    private string Current => Path.Combine(Keys, "agreement.key");

    private string Next => Path.Combine(Keys, AgreementKeyFiles.NextFile);

    public async ValueTask InitializeAsync()
    {
        _home = await TestHome.CreateAsync();
        using (Identity made = await _home.MemberAsync("app-a"))
        {
            _old = made.Agreement!.PublicKey.Kid;
        }

        _cloud = await TestCloud.StartAsync(_home);
        await StartAsync();
        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(_home.Measure(20));
        await OpenedAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _cloud.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task A_key_is_stated_by_the_member_itself_and_the_old_one_is_gone_when_an_epoch_came_under_the_new()
    {
        Task<Kid> rekeyed = _app.Role.RekeyAsync(Patience.Soon);
        Command command = await _cloud.CommandAsync();
        command.Verify(_anna.Signing.PublicKey);
        CommandContent content = command.Content;
        Assert.Equal((CommandAction.Rekey, _home.Authority.Registry.Size), (content.Action, content.Index!.Value));
        Kid next = Named(command);
        Assert.Equal(next, KidOf(Next));
        Assert.Equal(_old, KidOf(Current));

        await StateAsync(command);
        Assert.False(rekeyed.IsCompleted);
        byte[] before = await File.ReadAllBytesAsync(Current, Patience.Soon);
        await SealAsync();
        Assert.Equal(next, await rekeyed);
        Assert.False(File.Exists(Next));
        Assert.Equal(next, KidOf(Current));
        Assert.Equal(next, _anna.Agreement!.PublicKey.Kid);

        // What was before and what comes after is open; at the next start too, with the new key alone.
        await OpenedAsync(2);
        await RestartAsync();
        await OpenedAsync(2);
        await _home.SlotAsync(_home.Measure(22));
        await OpenedAsync(3);
        Assert.Equal(0, _app.Count("slotsClosed"));
        Assert.Empty(_app.Role.Alarms);

        // Whoever took the old key, and has all the ciphertext, opens what was before.
        using AgreementKey stolen = AgreementKey.FromPem(System.Text.Encoding.ASCII.GetString(before));
        SlotOpening opened = SlotOpener.OpenAll(_home.Log, await EntriesAsync(), stolen);
        Assert.Equal((1, 1), (opened.Epochs, opened.Readings));
        await StopAsync();
        Assert.DoesNotContain(Directory.EnumerateFiles(_home.File("app-a-data"), "*", SearchOption.AllDirectories), Holds(stolen));
        await StartAsync();
    }

    [Fact]
    public async Task Several_keys_one_after_the_other_leave_all_of_the_past_open()
    {
        for (int i = 0; i < 3; i++)
        {
            Task<Kid> rekeyed = _app.Role.RekeyAsync(Patience.Soon);
            await StateAsync(await _cloud.CommandAsync());
            await SealAsync();
            await rekeyed;
        }

        await RestartAsync();
        await OpenedAsync(4);
        Assert.Equal(0, _app.Count("slotsClosed"));
    }

    [Fact]
    public async Task An_app_that_stopped_before_the_gateway_heard_goes_on_by_itself_with_the_same_key()
    {
        Task<Kid> rekeyed = _app.Role.RekeyAsync(Patience.Soon);
        Kid next = Named(await _cloud.CommandAsync());
        await StopAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rekeyed);
        Assert.Equal((next, _old), (KidOf(Next), KidOf(Current)));

        // Nobody asks again.
        await StartAsync();
        await OpenedAsync(1);
        Command again = await _cloud.CommandAsync();
        Assert.Equal(next, Named(again));
        await StateAsync(again);
        await SealAsync();
        await GoneAsync(next);
        await OpenedAsync(2);
    }

    [Fact]
    public async Task An_app_that_was_away_when_its_key_came_into_force_and_the_epoch_began_finishes_when_it_is_back()
    {
        _ = _app.Role.RekeyAsync(Patience.Soon);
        Command command = await _cloud.CommandAsync();
        await StopAsync();
        await StateAsync(command);
        await _home.SlotAsync(_home.Measure(19));
        await SealAsync();
        await StartAsync();
        await GoneAsync(Named(command));
        await OpenedAsync(3);
        await RestartAsync();
        await OpenedAsync(3);
    }

    [Fact]
    public async Task An_app_that_stopped_after_it_kept_its_epochs_and_before_the_old_key_was_gone_finishes_at_its_next_start()
    {
        byte[] old = await File.ReadAllBytesAsync(Current, Patience.Soon);
        Task<Kid> rekeyed = _app.Role.RekeyAsync(Patience.Soon);
        Command command = await _cloud.CommandAsync();
        byte[] next = await File.ReadAllBytesAsync(Next, Patience.Soon);
        await StateAsync(command);
        await SealAsync();
        await rekeyed;
        await StopAsync();

        // As the power cut left it: what was kept is in the store, the new key has not taken the old one's place.
        PrivateFile.Write(Current, old);
        PrivateFile.Write(Next, next);
        await StartAsync();
        await GoneAsync(Named(command));
        await OpenedAsync(2);
        await RestartAsync();
        await OpenedAsync(2);
    }

    [Fact]
    public async Task While_the_registry_has_the_new_key_and_no_epoch_came_the_old_key_stays_and_opens()
    {
        _ = _app.Role.RekeyAsync(Patience.Soon);
        Command command = await _cloud.CommandAsync();
        await StateAsync(command);
        await _app.UntilAsync(() => (ulong)_app.Health["registrySize"] == _home.Authority.Registry.Size);
        await _home.SlotAsync(_home.Measure(18));
        await OpenedAsync(2);
        await RestartAsync();
        await _home.SlotAsync(_home.Measure(17));
        await OpenedAsync(3);
        Assert.Equal((Named(command), _old), (KidOf(Next), KidOf(Current)));
    }

    [Fact]
    public async Task A_registry_that_has_moved_on_is_read_and_the_same_key_stated_anew()
    {
        Task<Kid> rekeyed = _app.Role.RekeyAsync(Patience.Soon);
        Command late = await _cloud.CommandAsync();
        await _home.Authority.StatusAsync(Patience.Soon);
        Assert.Equal(Refusal.NotNext, (await Assert.ThrowsAsync<MessageException>(() => TakeAsync(late))).Reason);
        await _home.SlotAsync(new CommandDoneEvent(late.Hash(), Refusal.NotNext));

        Command anew = await _cloud.CommandAsync();
        Assert.Equal((Named(late), late.Content.Index + 1), (Named(anew), anew.Content.Index));
        await StateAsync(anew);
        await SealAsync();
        Assert.Equal(Named(late), await rekeyed);
    }

    [Fact]
    public async Task A_refusal_is_told_and_the_old_key_goes_on()
    {
        Task<Kid> rekeyed = _app.Role.RekeyAsync(Patience.Soon);
        Command command = await _cloud.CommandAsync();
        await _home.SlotAsync(new CommandDoneEvent(command.Hash(), Refusal.NotAllowed), _home.Measure(21));
        Assert.Equal(Refusal.NotAllowed, (await Assert.ThrowsAsync<MessageException>(() => rekeyed)).Reason);
        await OpenedAsync(2);
        Assert.Equal(_old, KidOf(Current));

        // Whoever asks again gets the key that was made.
        rekeyed = _app.Role.RekeyAsync(Patience.Soon);
        Command again = await _cloud.CommandAsync();
        Assert.Equal(Named(command), Named(again));
        await StateAsync(again);
        await SealAsync();
        Assert.Equal(Named(command), await rekeyed);
    }

    [Fact]
    public async Task A_removed_member_is_told_so()
    {
        await _home.RemoveAsync(_anna);
        await _app.UntilAsync(() => (bool)_app.Health["removed"]);
        Assert.Equal(Refusal.Revoked, (await Assert.ThrowsAsync<MessageException>(() => _app.Role.RekeyAsync(Patience.Soon))).Reason);
        Assert.False(File.Exists(Next));
    }

    [Fact]
    public async Task Granted_keys_of_before_stay_too()
    {
        using EpochKey before = await _home.EpochAsync([_home.Gateway]);
        await _home.SlotAsync(_home.Measure(5));
        EpochKey current = await _home.EpochAsync([_anna]);
        await _home.LogAsync(EntryKind.Grant, Grant.Create(_home.Log, current.Id, _home.Authority.Registry.Size, [_anna.Agreement!.PublicKey], [before]));
        await OpenedAsync(2);
        Task<Kid> rekeyed = _app.Role.RekeyAsync(Patience.Soon);
        await StateAsync(await _cloud.CommandAsync());
        await SealAsync();
        await rekeyed;
        await RestartAsync();
        await OpenedAsync(3);
        Assert.Equal(0, _app.Count("slotsClosed"));
    }

    [Fact]
    public async Task A_locked_key_is_replaced_by_a_locked_one()
    {
        await StopAsync();
        const string Passphrase = "of my own choice";
        using (Identity open = Identity.Load(Keys))
        {
            open.Save(Keys, Passphrase);
        }

        await StartAsync(Passphrase);
        Task<Kid> rekeyed = _app.Role.RekeyAsync(Patience.Soon);
        Command command = await _cloud.CommandAsync();
        Assert.Contains("ENCRYPTED", await File.ReadAllTextAsync(Next, Patience.Soon), StringComparison.Ordinal);
        await StateAsync(command);
        await SealAsync();
        await rekeyed;
        Assert.Contains("ENCRYPTED", await File.ReadAllTextAsync(Current, Patience.Soon), StringComparison.Ordinal);
        await StopAsync();
        await StartAsync(Passphrase);
        await OpenedAsync(2);
    }

    [Fact]
    public async Task The_control_socket_replaces_the_key()
    {
        Task<JsonNode> rekeyed = ControlClient.AskAsync(Path.Combine(_home.File("app-a-data"), ControlSocket.FileName), "POST /rekey", null, Patience.Soon);
        Command command = await _cloud.CommandAsync();
        await StateAsync(command);
        await SealAsync();
        Assert.Equal(Named(command).ToString(), (string)(await rekeyed)["kid"]!);
    }

    private static Kid Named(Command command) => Rotation(command).Agreement!.Kid;

    private static Rotation Rotation(Command command) => (Rotation)Statement.FromUntrusted(Entry.FromUntrusted(command.Content.Statement!.Value)).Content;

    private static Kid KidOf(string file)
    {
        using AgreementKey key = AgreementKey.FromPem(File.ReadAllText(file));
        return key.PublicKey.Kid;
    }

    // The private scalar, as it would lie in a file.
    private static Predicate<string> Holds(AgreementKey key)
    {
        using System.Security.Cryptography.ECDsa plain = System.Security.Cryptography.ECDsa.Create();
        plain.ImportFromPem(key.ToPem());
        byte[] scalar = plain.ExportParameters(includePrivateParameters: true).D!;
        return file => Path.GetExtension(file) != ".sock" && File.ReadAllBytes(file).AsSpan().IndexOf(scalar) >= 0;
    }

    // What the gateway does with the command: the statement goes into the registry.
    private Task<RegistryView> TakeAsync(Command command) => _home.Authority.TakeAsync(command.Content.Index!.Value, Entry.FromUntrusted(command.Content.Statement!.Value), Patience.Soon);

    private async Task StateAsync(Command command)
    {
        await TakeAsync(command);
        Assert.Empty(_home.Authority.Registry.Anomalies);
        await _home.SlotAsync(new CommandDoneEvent(command.Hash(), Refusal.None));
    }

    // The epoch that begins at once, for whom the registry names by now.
    private async Task SealAsync()
    {
        await _home.EpochAsync([_home.Authority.Registry.Find(_anna.Kid)!.Agreement!]);
        await _home.SlotAsync(_home.Measure(21));
    }

    private async Task StartAsync(string passphrase = "")
    {
        _anna = Identity.Load(Keys, passphrase);
        _app = await TestApp.StartAsync(TestApp.Options(_home, _cloud, _anna, owner: true) with { Keys = new AgreementKeyFiles(Keys, passphrase.ToCharArray) });
    }

    private async Task StopAsync()
    {
        await _app.DisposeAsync();
        _anna.Dispose();
    }

    private async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    private Task OpenedAsync(long readings) => _app.UntilAsync(() => _app.Count("opened") == readings);

    private async Task GoneAsync(Kid next)
    {
        await _app.UntilAsync(() => !(bool)_app.Health["rekeying"]);
        Assert.False(File.Exists(Next));
        Assert.Equal(next, KidOf(Current));
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> EntriesAsync() =>
        [.. (await _home.Store.Read(_home.Log, 0, Merkle.MaxSize, int.MaxValue, Patience.Soon)).Select(entry => entry.Bytes)];
}
