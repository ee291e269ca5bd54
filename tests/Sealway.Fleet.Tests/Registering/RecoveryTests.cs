namespace Sealway.Fleet.Tests.Registering;

using Sealway.Log;

public sealed class RecoveryTests
{
    private readonly Paper _paper = new();
    private readonly SigningKey _recovery = SigningKey.Generate();
    private readonly SigningKey _second = SigningKey.Generate();
    private readonly SigningKey _next = SigningKey.Generate();

    private Kid Authority => _paper.View.Authority.Kid;

    [Fact]
    public void The_recovery_key_names_the_authoritys_next_key_and_the_old_one_has_no_effect_any_more()
    {
        Found();
        Assert.Null(_paper.State(_recovery, Recovery()));
        Assert.Equal(_next.PublicKey, _paper.View.Authority);
        Assert.Equal(_next.PublicKey.Kid, _paper.View.FindByName("st-anna", Role.Authority)!.Kid);
        Assert.Equal("recovered", _paper.View.WithdrawalOf(_paper.Authority.PublicKey.Kid)!.Reason);
        Assert.Equal(Rotation.RecoveryHash(_second.PublicKey), _paper.View.Recovery!.Value.ToArray());
        Assert.Empty(_paper.View.Anomalies);

        // Whatever the thief states from then on is an anomaly.
        using SigningKey theirs = SigningKey.Generate();
        Assert.Equal(Refusal.WrongSigner, _paper.State(_paper.Authority, new Enrolment(theirs.PublicKey, Role.Sensor, "sensor-2")));
        Assert.Equal(Refusal.WrongSigner, _paper.State(_paper.Authority, new Revocation(_paper.Registrar.PublicKey.Kid, Paper.Start, "x")));
        Assert.Equal(Refusal.Revoked, _paper.State(_paper.Authority, new Rotation(_paper.Authority.PublicKey.Kid, theirs.PublicKey, Paper.Start)));
        Assert.Equal([3ul, 4ul, 5ul], _paper.View.Anomalies.Select(one => one.Index));
        Assert.Null(_paper.State(_next, new Enrolment(theirs.PublicKey, Role.Sensor, "sensor-2")));
    }

    [Fact]
    public void A_thief_who_has_rotated_the_authoritys_key_is_replaced_all_the_same()
    {
        Found();
        using SigningKey theirs = SigningKey.Generate();
        Assert.Null(_paper.State(_paper.Authority, new Rotation(_paper.Authority.PublicKey.Kid, theirs.PublicKey, Paper.Start)));
        Assert.Equal(Refusal.Revoked, _paper.State(_recovery, Recovery(old: _paper.Authority.PublicKey.Kid)));
        Assert.Null(_paper.State(_recovery, Recovery()));
        Assert.Equal(_next.PublicKey, _paper.View.Authority);
        Assert.Equal(Refusal.WrongSigner, _paper.State(theirs, new Enrolment(SigningKey.Generate().PublicKey, Role.Sensor, "sensor-2")));
    }

    [Fact]
    public void The_authoritys_key_cannot_change_the_recovery_key()
    {
        Found();
        using SigningKey theirs = SigningKey.Generate();
        Rotation forged = new(Authority, _next.PublicKey, Paper.Start, Recovery: theirs.PublicKey, NextRecovery: Rotation.RecoveryHash(theirs.PublicKey));
        Assert.Equal(Refusal.WrongSigner, _paper.State(theirs, forged));
        Assert.Equal(Refusal.WrongSigner, _paper.State(_paper.Authority, forged));
        Assert.Equal(Refusal.WrongSigner, _paper.State(_paper.Authority, Recovery()));
        Assert.Equal(Refusal.WrongRole, _paper.State(_paper.Authority, new Enrolment(theirs.PublicKey, Role.Authority, "other", Recovery: Rotation.RecoveryHash(theirs.PublicKey))));
        Assert.Equal(Rotation.RecoveryHash(_recovery.PublicKey), _paper.View.Recovery!.Value.ToArray());
        Assert.Equal(_paper.Authority.PublicKey, _paper.View.Authority);
    }

    [Fact]
    public void A_recovery_key_replaces_the_authoritys_key_alone_and_once()
    {
        Found();
        Assert.Equal(Refusal.WrongSigner, _paper.State(_recovery, Recovery(old: _paper.Registrar.PublicKey.Kid)));
        Assert.Equal(Refusal.Contradiction, _paper.State(_recovery, Recovery() with { NextRecovery = Rotation.RecoveryHash(_recovery.PublicKey) }));
        Assert.Equal(Refusal.Contradiction, _paper.State(_recovery, Recovery() with { Key = _recovery.PublicKey }));
        Assert.Equal(Refusal.AlreadyEnrolled, _paper.State(_recovery, Recovery() with { Key = _paper.Registrar.PublicKey }));
        Assert.Null(_paper.State(_recovery, Recovery()));
        using SigningKey third = SigningKey.Generate();
        Assert.Equal(Refusal.WrongSigner, _paper.State(_recovery, Recovery() with { Key = third.PublicKey }));
        Assert.Equal(Refusal.AlreadyEnrolled, _paper.State(_next, new Enrolment(_recovery.PublicKey, Role.Sensor, "sensor-2")));
        Assert.Null(_paper.State(_second, new Rotation(Authority, third.PublicKey, Paper.Start, Recovery: _second.PublicKey, NextRecovery: Rotation.RecoveryHash(_recovery.PublicKey))));
        Assert.Equal(third.PublicKey, _paper.View.Authority);
    }

    [Fact]
    public void Enrolling_the_recovery_key_does_not_spoil_it()
    {
        Found();
        Assert.Null(_paper.State(_paper.Authority, new Enrolment(_recovery.PublicKey, Role.Sensor, "sensor-2")));
        Assert.Null(_paper.State(_recovery, Recovery()));
    }

    [Fact]
    public void A_fleet_without_a_recovery_key_has_no_recovery()
    {
        _paper.Found();
        Assert.Null(_paper.View.Recovery);
        Assert.Equal(Refusal.WrongSigner, _paper.State(_recovery, Recovery()));
    }

    [Fact]
    public async Task Heads_of_the_registry_by_a_replaced_registrar_end_where_it_was_replaced()
    {
        Found();
        SigningKey next = SigningKey.Generate();
        _paper.State(_paper.Registrar, new Rotation(_paper.Registrar.PublicKey.Kid, next.PublicKey, Paper.Start));
        Append By(ISigner signer, int size)
        {
            Frontier tree = new();
            AppendEntry[] entries = [.. _paper.Entries.Take(size).Select(entry => AppendEntry.Full(entry))];
            _paper.Entries.Take(size).ToList().ForEach(entry => tree.Append(LogEntry.Of(entry).Hash));
            HeadClaims claims = new(signer.PublicKey.Kid, Paper.Log, Paper.Start / 1000, (ulong)size, (ulong)size);
            return new Append(Paper.Log, 0, entries, Head.Sign(signer, claims, tree.Root()), []);
        }

        using TemporaryFolder folder = new();
        await using SqliteLogStore store = SqliteLogStore.Open(folder.File("registry.db"));
        using RegistryFollower follower = await RegistryFollower.OpenAsync(store, Paper.Log, _paper.Authority.PublicKey, null, TimeProvider.System);
        Assert.Equal(Refusal.None, (await follower.AcceptAsync(By(_paper.Registrar, 2))).Refused);
        Assert.Equal(Refusal.Revoked, (await follower.AcceptAsync(By(_paper.Registrar, 3))).Refused);
        Assert.Equal(2ul, follower.Registry.Size);
        Assert.Equal(Refusal.None, (await follower.AcceptAsync(By(next, 3))).Refused);
        _paper.State(next, new Status(Paper.Start, [(_paper.Registrar.PublicKey.Kid, Paper.Start)]));
        Assert.Equal(Refusal.Revoked, (await follower.AcceptAsync(By(_paper.Registrar, 4))).Refused);
        Assert.Equal(Refusal.None, (await follower.AcceptAsync(By(next, 4))).Refused);
        Assert.Equal(4ul, follower.Registry.Size);
    }

    [Fact]
    public void A_gateways_heads_by_a_replaced_key_count_up_to_the_last_that_counts()
    {
        _paper.Ward();
        using SigningKey next = SigningKey.Generate();
        Kid old = _paper.Gateway.PublicKey.Kid;
        _paper.State(_paper.Gateway, new Rotation(old, next.PublicKey, Paper.Start, new LastThatCounts(null, (1, 40), null)));
        HeadClaims Claims(Kid kid, ulong generation, ulong size) => new(kid, new LogId("ward-3", generation), 1, size, 0);
        Assert.True(_paper.View.Counts(Claims(old, 0, 900)));
        Assert.True(_paper.View.Counts(Claims(old, 1, 40)));
        Assert.False(_paper.View.Counts(Claims(old, 1, 41)));
        Assert.False(_paper.View.Counts(Claims(old, 2, 1)));
        Assert.True(_paper.View.Counts(Claims(next.PublicKey.Kid, 1, 41)));
        Assert.NotNull(_paper.View.WriterOf(new LogId("ward-3", 1), old));
        Assert.NotNull(_paper.View.WriterOf(new LogId("ward-3", 1), next.PublicKey.Kid));
    }

    private Rotation Recovery(Kid? old = null) =>
        new(old ?? Authority, _next.PublicKey, Paper.Start, Recovery: _recovery.PublicKey, NextRecovery: Rotation.RecoveryHash(_second.PublicKey));

    private void Found()
    {
        _paper.State(_paper.Authority, new Enrolment(_paper.Authority.PublicKey, Role.Authority, Paper.Log.Name, Recovery: Rotation.RecoveryHash(_recovery.PublicKey)));
        _paper.State(_paper.Authority, new Enrolment(_paper.Registrar.PublicKey, Role.Registrar, "registrar"));
    }
}
