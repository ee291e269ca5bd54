namespace Sealway.Fleet.Tests.Registering;

public sealed class RegistryTests
{
    [Fact]
    public void An_empty_registry_knows_the_pin_alone()
    {
        Paper paper = new();
        Assert.False(paper.View.IsFounded);
        Assert.Equal(paper.Authority.PublicKey, paper.View.Authority);
        Assert.Empty(paper.View.Parties);
        Assert.Null(paper.View.LatestStatus);
    }

    [Fact]
    public void The_authoritys_enrolment_founds_the_registry()
    {
        Paper paper = new Paper().Found();
        Assert.Equal(Paper.Log, paper.View.Log);
        Party authority = paper.View.FindByName("st-anna", Role.Authority)!;
        Assert.Equal(paper.Authority.PublicKey.Kid, authority.Kid);
        Assert.Equal(new byte[] { 1, 2, 3 }, authority.Certificate!.Value.ToArray());
        Assert.Equal(0ul, authority.EnrolledAt);
        Assert.Empty(paper.View.Anomalies);
    }

    [Fact]
    public void Another_authority_than_the_pinned_one_founds_nothing()
    {
        Paper paper = new();
        using SigningKey other = SigningKey.Generate();
        Assert.Equal(Refusal.WrongSigner, paper.State(other, new Enrolment(other.PublicKey, Role.Authority, "st-anna")));
        Assert.False(paper.View.IsFounded);
        Assert.Equal(Refusal.WrongSigner, paper.State(paper.Authority, new Enrolment(paper.Registrar.PublicKey, Role.Registrar, "registrar")));
    }

    [Fact]
    public void The_pinned_key_enrolled_by_another_founds_nothing()
    {
        Paper paper = new();
        using SigningKey other = SigningKey.Generate();
        Assert.Equal(Refusal.WrongSigner, paper.State(other, new Enrolment(paper.Authority.PublicKey, Role.Authority, "st-anna")));
        Assert.False(paper.View.IsFounded);
    }

    [Fact]
    public void A_ward_is_found_by_key_and_by_name()
    {
        Paper paper = new Paper().Ward();
        Assert.Empty(paper.View.Anomalies);
        Assert.Equal("sensor-1", paper.View.Find(paper.Sensor.PublicKey.Kid)!.Name);
        Assert.Equal(paper.Gateway.PublicKey.Kid, paper.View.FindByName("ward-3", Role.Gateway)!.Kid);
        Assert.Null(paper.View.FindByName("ward-3", Role.Sensor));
        Assert.Equal("patient-7", paper.View.AssignmentOf(paper.Sensor.PublicKey.Kid)!.Subject);
        Assert.Equal(5ul, paper.View.AssignmentIndexOf(paper.Sensor.PublicKey.Kid));
        Assert.Equal(5, paper.View.Parties.Count());
        Assert.Single(paper.View.Assignments);
    }

    [Fact]
    public void A_name_is_enrolled_once_ever()
    {
        Paper paper = new Paper().Ward();
        using SigningKey other = SigningKey.Generate();
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Authority, new Enrolment(other.PublicKey, Role.App, "sensor-1")));
        paper.State(paper.Authority, new Revocation(paper.Sensor.PublicKey.Kid, Paper.Start, "lost"));
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Authority, new Enrolment(other.PublicKey, Role.Sensor, "sensor-1")));
        Assert.Null(paper.View.Find(other.PublicKey.Kid));
    }

    [Fact]
    public void A_key_is_enrolled_once_ever_and_for_one_use()
    {
        Paper paper = new Paper().Ward();
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Authority, new Enrolment(paper.Sensor.PublicKey, Role.Sensor, "sensor-2")));
        using SigningKey app = SigningKey.Generate();
        PublicKey same = PublicKey.FromPoint(app.PublicKey.Point.Span, KeyUse.Agree);
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Authority, new Enrolment(app.PublicKey, Role.App, "app", Agreement: same)));
        PublicKey taken = paper.View.FindByName("ward-3", Role.Gateway)!.Agreement!;
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Authority, new Enrolment(app.PublicKey, Role.App, "app", Agreement: taken)));
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Authority, new Enrolment(PublicKey.FromPoint(taken.Point.Span, KeyUse.Sign), Role.App, "app")));
        Assert.Null(paper.State(paper.Authority, new Enrolment(app.PublicKey, Role.App, "app")));
    }

    [Fact]
    public void There_is_one_authority()
    {
        Paper paper = new Paper().Found();
        using SigningKey other = SigningKey.Generate();
        Assert.Equal(Refusal.WrongRole, paper.State(paper.Authority, new Enrolment(other.PublicKey, Role.Authority, "second")));
    }

    [Theory]
    [InlineData("registrar")]
    [InlineData("gateway")]
    [InlineData("stranger")]
    public void Only_the_authority_enrols_assigns_and_revokes(string who)
    {
        Paper paper = new Paper().Ward();
        using SigningKey stranger = SigningKey.Generate();
        SigningKey signer = who switch { "registrar" => paper.Registrar, "gateway" => paper.Gateway, _ => stranger };
        RegistryView before = paper.View;
        Assert.Equal(Refusal.WrongSigner, paper.State(signer, new Enrolment(stranger.PublicKey, Role.Sensor, "sensor-2")));
        Assert.Equal(Refusal.WrongSigner, paper.State(signer, new Assignment(paper.Sensor.PublicKey.Kid, "ward-3", "patient-8", Paper.Start)));
        Assert.Equal(Refusal.WrongSigner, paper.State(signer, new Revocation(paper.Sensor.PublicKey.Kid, Paper.Start, "no")));
        Assert.Equal(before.Parties, paper.View.Parties);
        Assert.Equal(before.Assignments, paper.View.Assignments);
        Assert.Empty(paper.View.Withdrawals);
    }

    [Fact]
    public void A_signature_that_does_not_match_has_no_effect()
    {
        Paper paper = new Paper().Found();
        using SigningKey sensor = SigningKey.Generate();
        byte[] bytes = paper.Sign(paper.Authority, new Enrolment(sensor.PublicKey, Role.Sensor, "sensor-2")).Bytes.ToArray();
        bytes[^40] ^= 1;
        Refusal? refusal = paper.Put(bytes);
        Assert.True(refusal is Refusal.BadSignature or Refusal.HighSignature);
        Assert.Null(paper.View.Find(sensor.PublicKey.Kid));
    }

    [Fact]
    public void A_statement_replayed_at_another_index_has_no_effect()
    {
        Paper paper = new Paper().Ward();
        paper.State(paper.Authority, new Assignment(paper.Sensor.PublicKey.Kid, "ward-3", "patient-8", Paper.Start));
        Assert.Equal(Refusal.BadSignature, paper.Put(paper.Entries[5]));
        Assert.Equal("patient-8", paper.View.AssignmentOf(paper.Sensor.PublicKey.Kid)!.Subject);
    }

    [Fact]
    public void A_statement_moved_to_another_kind_time_or_registry_has_no_effect()
    {
        Paper paper = new Paper().Ward();
        Assignment assignment = new(paper.Sensor.PublicKey.Kid, "ward-3", "patient-8", Paper.Start);
        Entry entry = paper.Sign(paper.Authority, assignment);
        Assert.Equal(Refusal.BadSignature, paper.Put(Entry.Create(EntryKind.Assign, entry.At + 1, entry.Body).Bytes));
        Entry again = paper.Sign(paper.Authority, assignment);
        Assert.NotNull(paper.Put(Entry.Create(EntryKind.Revoke, again.At, again.Body).Bytes));
        Entry elsewhere = Statement.Sign(paper.Authority, new LogId("st-bert", 0), paper.View.Size, paper.Now, assignment);
        Assert.Equal(Refusal.BadSignature, paper.Put(elsewhere.Bytes));
        Assert.Equal("patient-7", paper.View.AssignmentOf(paper.Sensor.PublicKey.Kid)!.Subject);
    }

    [Fact]
    public void Bytes_that_are_no_statement_never_block()
    {
        Paper paper = new Paper().Found();
        Assert.Equal(Refusal.UnexpectedBlank, paper.Put(default));
        Assert.NotNull(paper.Put(new byte[] { 0xFF }));
        Assert.NotNull(paper.Put(Entry.Create(EntryKind.Reading, Paper.Start, new byte[] { 1 }).Bytes));
        Assert.Equal([2ul, 3ul, 4ul], paper.View.Anomalies.Select(anomaly => anomaly.Index));
        Assert.Null(paper.State(paper.Authority, new Enrolment(paper.Sensor.PublicKey, Role.Sensor, "sensor-1")));
    }

    [Fact]
    public void An_assignment_names_a_sensor_a_gateway_and_an_archive_that_stand()
    {
        Paper paper = new Paper().Ward();
        using SigningKey stranger = SigningKey.Generate();
        Kid sensor = paper.Sensor.PublicKey.Kid;
        Assert.Equal(Refusal.UnknownKey, paper.State(paper.Authority, new Assignment(stranger.PublicKey.Kid, "ward-3", "x", 0)));
        Assert.Equal(Refusal.WrongRole, paper.State(paper.Authority, new Assignment(paper.Archive.PublicKey.Kid, "ward-3", "x", 0)));
        Assert.Equal(Refusal.UnknownKey, paper.State(paper.Authority, new Assignment(sensor, "ward-4", "x", 0)));
        Assert.Equal(Refusal.UnknownKey, paper.State(paper.Authority, new Assignment(sensor, "archive", "x", 0)));
        Assert.Equal(Refusal.WrongRole, paper.State(paper.Authority, new Assignment(sensor, "ward-3", "x", 0, paper.Gateway.PublicKey.Kid)));
        Assert.Null(paper.State(paper.Authority, new Revocation(paper.Gateway.PublicKey.Kid, Paper.Start, "gone")));
        Assert.Equal(Refusal.Revoked, paper.State(paper.Authority, new Assignment(sensor, "ward-3", "x", 0)));
    }

    [Fact]
    public void The_assignment_in_force_is_the_latest_stated_of_those_begun()
    {
        Paper paper = new Paper().Ward();
        Kid sensor = paper.Sensor.PublicKey.Kid;
        paper.State(paper.Authority, new Assignment(sensor, "ward-3", "patient-8", Paper.Start + 1000));
        Assert.Null(paper.View.AssignmentAt(sensor, Paper.Start - 1));
        Assert.Equal("patient-7", paper.View.AssignmentAt(sensor, Paper.Start + 999)!.Assignment.Subject);
        Assert.Equal("patient-8", paper.View.AssignmentAt(sensor, Paper.Start + 1000)!.Assignment.Subject);
        Assert.Equal("patient-8", paper.View.AssignmentOf(sensor)!.Subject);
        Assert.Equal(2, paper.View.AssignmentsOf(sensor).Count);
    }

    [Fact]
    public void A_revoked_key_stays_known_and_counts_no_more()
    {
        Paper paper = new Paper().Ward();
        Kid sensor = paper.Sensor.PublicKey.Kid;
        LastThatCounts last = new(new ReadingNumber(3, 17), null, null);
        Assert.Null(paper.State(paper.Authority, new Revocation(sensor, Paper.Start, "lost", last)));
        Withdrawal withdrawal = paper.View.WithdrawalOf(sensor)!;
        Assert.Equal(new Withdrawal(sensor, Paper.Start, "lost", last, 6, null) { IsRevocation = true }, withdrawal);
        Assert.NotNull(paper.View.Find(sensor));
        Assert.Null(paper.Registry.View(6).WithdrawalOf(sensor));
    }

    [Fact]
    public void A_revocation_fits_the_role_and_the_authority_does_not_revoke_itself()
    {
        Paper paper = new Paper().Ward();
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Authority, new Revocation(paper.Sensor.PublicKey.Kid, Paper.Start, "x", new LastThatCounts(null, (0, 3), null))));
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Authority, new Revocation(paper.Archive.PublicKey.Kid, Paper.Start, "x", new LastThatCounts(null, null, 3))));
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Authority, new Revocation(paper.Authority.PublicKey.Kid, Paper.Start, "x")));
        using SigningKey stranger = SigningKey.Generate();
        Assert.Equal(Refusal.UnknownKey, paper.State(paper.Authority, new Revocation(stranger.PublicKey.Kid, Paper.Start, "x")));
    }

    [Fact]
    public void A_second_revocation_counts_only_if_it_reaches_further_back()
    {
        Paper paper = new Paper().Ward();
        Kid sensor = paper.Sensor.PublicKey.Kid;
        Assert.Null(paper.State(paper.Authority, new Revocation(sensor, Paper.Start, "lost")));
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Authority, new Revocation(sensor, Paper.Start, "lost again")));
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Authority, new Revocation(sensor, Paper.Start + 1, "later")));
        Assert.Null(paper.State(paper.Authority, new Revocation(sensor, Paper.Start - 1, "stolen before")));
        Assert.Equal(Paper.Start - 1, paper.View.WithdrawalOf(sensor)!.SinceMilliseconds);
    }

    [Fact]
    public void The_old_key_names_the_new_which_takes_its_place()
    {
        Paper paper = new Paper().Ward();
        using SigningKey next = SigningKey.Generate();
        Kid old = paper.Sensor.PublicKey.Kid;
        Assert.Null(paper.State(paper.Sensor, new Rotation(old, next.PublicKey, Paper.Start + 5)));
        Assert.Equal(next.PublicKey.Kid, paper.View.FindByName("sensor-1", Role.Sensor)!.Kid);
        Assert.Equal("Thermo 2", paper.View.Find(next.PublicKey.Kid)!.Model);
        Assert.Equal(6ul, paper.View.Find(next.PublicKey.Kid)!.EnrolledAt);
        Assert.Equal(next.PublicKey.Kid, paper.View.WithdrawalOf(old)!.Successor);
        Assert.False(paper.View.WithdrawalOf(old)!.IsRevocation);
        Assert.Equal("patient-7", paper.View.AssignmentOf(next.PublicKey.Kid)!.Subject);
        Assert.Equal(next.PublicKey.Kid, paper.View.AssignmentOf(next.PublicKey.Kid)!.Sensor);
        using SigningKey third = SigningKey.Generate();
        Assert.Equal(Refusal.Revoked, paper.State(paper.Sensor, new Rotation(old, third.PublicKey, Paper.Start + 6)));
    }

    [Fact]
    public void Nobody_rotates_anothers_key_nor_to_a_key_that_is_taken()
    {
        Paper paper = new Paper().Ward();
        using SigningKey next = SigningKey.Generate();
        Kid sensor = paper.Sensor.PublicKey.Kid;
        Assert.Equal(Refusal.WrongSigner, paper.State(paper.Authority, new Rotation(sensor, next.PublicKey, Paper.Start)));
        Assert.Equal(Refusal.WrongSigner, paper.State(paper.Gateway, new Rotation(sensor, next.PublicKey, Paper.Start)));
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Sensor, new Rotation(sensor, paper.Archive.PublicKey, Paper.Start)));
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Sensor, new Rotation(sensor, paper.Sensor.PublicKey, Paper.Start)));
        Assert.Equal(Refusal.UnknownKey, paper.State(next, new Rotation(next.PublicKey.Kid, SigningKey.Generate().PublicKey, Paper.Start)));
    }

    [Fact]
    public void A_new_agreement_key_leaves_the_signing_key_standing()
    {
        Paper paper = new Paper().Ward();
        using AgreementKey next = AgreementKey.Generate();
        Kid gateway = paper.Gateway.PublicKey.Kid;
        PublicKey before = paper.View.Find(gateway)!.Agreement!;
        Assert.Null(paper.State(paper.Gateway, new Rotation(gateway, null, Paper.Start, Agreement: next.PublicKey)));
        Assert.Equal(next.PublicKey, paper.View.Find(gateway)!.Agreement);
        Assert.Null(paper.View.WithdrawalOf(gateway));
        Assert.Equal(Refusal.AlreadyEnrolled, paper.State(paper.Gateway, new Rotation(gateway, null, Paper.Start, Agreement: before)));
    }

    [Fact]
    public void The_authoritys_new_key_signs_from_then_on_and_the_old_one_no_more()
    {
        Paper paper = new Paper().Ward();
        using SigningKey next = SigningKey.Generate();
        using SigningKey sensor = SigningKey.Generate();
        Assert.Null(paper.State(paper.Authority, new Rotation(paper.Authority.PublicKey.Kid, next.PublicKey, Paper.Start)));
        Assert.Equal(next.PublicKey, paper.View.Authority);
        Assert.Equal(Refusal.WrongSigner, paper.State(paper.Authority, new Enrolment(sensor.PublicKey, Role.Sensor, "sensor-2")));
        Assert.Null(paper.State(next, new Enrolment(sensor.PublicKey, Role.Sensor, "sensor-2")));
        Assert.Equal(new byte[] { 1, 2, 3 }, paper.View.FindByName("st-anna", Role.Authority)!.Certificate!.Value.ToArray());
    }

    [Fact]
    public void Heads_are_the_registrars_and_the_gateways_and_countersignatures_the_witnesses()
    {
        Paper paper = new Paper().Ward();
        Assert.NotNull(paper.View.WriterOf(Paper.Log, paper.Registrar.PublicKey.Kid));
        Assert.Null(paper.View.WriterOf(new LogId("ward-3", 0), paper.Registrar.PublicKey.Kid));
        Assert.NotNull(paper.View.WriterOf(new LogId("ward-3", 4), paper.Gateway.PublicKey.Kid));
        Assert.Null(paper.View.WriterOf(new LogId("ward-4", 0), paper.Gateway.PublicKey.Kid));
        Assert.NotNull(paper.View.WitnessOf(paper.Archive.PublicKey.Kid));
        Assert.Null(paper.View.WitnessOf(paper.Sensor.PublicKey.Kid));
        using SigningKey next = SigningKey.Generate();
        paper.State(paper.Archive, new Rotation(paper.Archive.PublicKey.Kid, next.PublicKey, Paper.Start));
        Assert.NotNull(paper.View.WitnessOf(paper.Archive.PublicKey.Kid));
        paper.State(paper.Authority, new Revocation(paper.Archive.PublicKey.Kid, Paper.Start - 1, "stolen"));
        Assert.Null(paper.View.WitnessOf(paper.Archive.PublicKey.Kid));
        Assert.NotNull(paper.View.WitnessOf(next.PublicKey.Kid));
    }
}
