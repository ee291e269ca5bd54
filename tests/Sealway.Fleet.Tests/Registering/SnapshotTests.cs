namespace Sealway.Fleet.Tests.Registering;

using CsCheck;

public sealed class SnapshotTests
{
    [Fact]
    public void The_view_of_every_size_equals_a_fresh_replay_to_that_size()
    {
        // Each number is an act; whether it has effect depends on those before.
        Gen.Int[0, 9].Array[1, 25].Sample(
            acts =>
            {
                Paper paper = new Paper().Ward();
                List<SigningKey> sensors = [paper.Sensor];
                for (int i = 0; i < acts.Length; i++)
                {
                    paper.Now += 1;
                    Act(paper, sensors, acts[i], i);
                }

                for (int size = 0; size <= paper.Entries.Count; size++)
                {
                    Registry fresh = new(paper.Authority.PublicKey);
                    paper.Entries.Take(size).ToList().ForEach(fresh.Apply);
                    AssertSame(fresh.Current, paper.Registry.View((ulong)size));
                }
            },
            iter: 20);
    }

    [Fact]
    public void A_size_that_is_not_reached_is_refused()
    {
        Paper paper = new Paper().Found();
        Assert.Throws<ArgumentOutOfRangeException>(() => paper.Registry.View(3));
    }

    private static void Act(Paper paper, List<SigningKey> sensors, int act, int i)
    {
        SigningKey one = sensors[i % sensors.Count];
        Kid kid = one.PublicKey.Kid;
        switch (act)
        {
            case 0 or 1:
                sensors.Add(SigningKey.Generate());
                paper.State(paper.Authority, new Enrolment(sensors[^1].PublicKey, Role.Sensor, $"other-{i}"));
                break;
            case 2 or 3:
                paper.State(paper.Authority, new Assignment(kid, "ward-3", $"patient-{i}", paper.Now));
                break;
            case 4:
                paper.State(paper.Authority, new Revocation(kid, paper.Now - 3, "lost"));
                break;
            case 5:
                sensors.Add(SigningKey.Generate());
                paper.State(one, new Rotation(kid, sensors[^1].PublicKey, paper.Now));
                break;
            case 6 or 7:
                StatusPages.Of(paper.View, paper.Now, perPage: act == 6 ? 100 : 1).ToList().ForEach(page => paper.State(paper.Registrar, page));
                break;
            case 8:
                paper.State(paper.Registrar, new Status(paper.Now, []));
                break;
            default:
                paper.Put(paper.Entries[i % paper.Entries.Count]);
                break;
        }
    }

    private static void AssertSame(RegistryView expected, RegistryView actual)
    {
        Assert.Equal(expected.Log, actual.Log);
        Assert.Equal(expected.Size, actual.Size);
        Assert.Equal(expected.LastAt, actual.LastAt);
        Assert.Equal(expected.Authority, actual.Authority);
        Assert.Equal(expected.Parties, actual.Parties);
        Assert.Equal(expected.Assignments, actual.Assignments);
        Assert.Equal(expected.Withdrawals, actual.Withdrawals);
        Assert.Equal(expected.Anomalies, actual.Anomalies);
        Assert.Equal(expected.LatestStatusAt, actual.LatestStatusAt);
        Assert.Equal(expected.LatestStatus?.Revoked, actual.LatestStatus?.Revoked);
        Assert.Equal(expected.LatestStatus?.ThroughMilliseconds, actual.LatestStatus?.ThroughMilliseconds);
        foreach (Party party in expected.Parties)
        {
            Assert.Equal(expected.AssignmentsOf(party.Kid), actual.AssignmentsOf(party.Kid));
            Assert.Equal(party, actual.Find(party.Kid));
            Assert.Equal(expected.FindByName(party.Name, party.Role), actual.FindByName(party.Name, party.Role));
        }
    }
}
