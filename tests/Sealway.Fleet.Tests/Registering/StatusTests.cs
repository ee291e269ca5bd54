namespace Sealway.Fleet.Tests.Registering;

public sealed class StatusTests
{
    [Fact]
    public void The_authority_and_the_registrar_state_the_revocations_and_nobody_else()
    {
        Paper paper = new Paper().Ward();
        Assert.Null(paper.State(paper.Registrar, new Status(Paper.Start, [])));
        Assert.Null(paper.State(paper.Authority, new Status(Paper.Start, [])));
        Assert.Equal(7ul, paper.View.LatestStatusAt);
        Assert.Equal(Refusal.WrongSigner, paper.State(paper.Gateway, new Status(Paper.Start, [])));
        paper.State(paper.Authority, new Revocation(paper.Registrar.PublicKey.Kid, Paper.Start, "left"));
        Assert.Equal(Refusal.Revoked, paper.State(paper.Registrar, new Status(Paper.Start, [(paper.Registrar.PublicKey.Kid, Paper.Start)])));
    }

    [Fact]
    public void A_status_that_leaves_out_a_revocation_is_an_alarm()
    {
        Paper paper = new Paper().Ward();
        paper.State(paper.Registrar, new Status(Paper.Start, []));
        paper.State(paper.Authority, new Revocation(paper.Sensor.PublicKey.Kid, Paper.Start, "lost"));
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Registrar, new Status(Paper.Start, [])));
        Assert.Equal(paper.Sensor.PublicKey.Kid, paper.View.Anomalies[^1].Withheld);
        Assert.Equal(6ul, paper.View.LatestStatusAt);
        Assert.Null(paper.State(paper.Registrar, new Status(Paper.Start, [(paper.Sensor.PublicKey.Kid, Paper.Start)])));
    }

    [Fact]
    public void A_status_that_misstates_or_invents_a_revocation_has_no_effect()
    {
        Paper paper = new Paper().Ward();
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Registrar, new Status(Paper.Start, [(paper.Sensor.PublicKey.Kid, Paper.Start)])));
        Assert.Null(paper.View.Anomalies[^1].Withheld);
        paper.State(paper.Authority, new Revocation(paper.Sensor.PublicKey.Kid, Paper.Start, "lost"));
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Registrar, new Status(Paper.Start, [(paper.Sensor.PublicKey.Kid, Paper.Start + 1)])));
        Assert.Equal(paper.Sensor.PublicKey.Kid, paper.View.Anomalies[^1].Withheld);
        Assert.Null(paper.View.LatestStatus);
    }

    [Fact]
    public void An_invented_revocation_does_not_hide_that_another_is_left_out()
    {
        Paper paper = new Paper().Ward();
        paper.State(paper.Authority, new Revocation(paper.Sensor.PublicKey.Kid, Paper.Start, "lost"));
        foreach (string invented in new[] { "0000000000000001", "fffffffffffffffe" })
        {
            Assert.Equal(Refusal.Contradiction, paper.State(paper.Registrar, new Status(Paper.Start, [(Kid.Parse(invented), Paper.Start)])));
            Assert.Equal(paper.Sensor.PublicKey.Kid, paper.View.Anomalies[^1].Withheld);
        }
    }

    [Fact]
    public void A_status_neither_promises_the_future_nor_goes_back()
    {
        Paper paper = new Paper().Ward();
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Registrar, new Status(Paper.Start + 1, [])));
        paper.Now = Paper.Start + 10;
        Assert.Null(paper.State(paper.Registrar, new Status(Paper.Start + 5, [])));
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Registrar, new Status(Paper.Start + 4, [])));
        Assert.Equal(Paper.Start + 5, paper.View.LatestStatus!.ThroughMilliseconds);
    }

    [Fact]
    public void Pages_make_a_status_when_the_last_has_come()
    {
        (Paper paper, Status[] pages) = Paged();
        Assert.Equal(3, pages.Length);
        foreach (Status page in pages)
        {
            Assert.Null(paper.View.LatestStatus);
            Assert.Null(paper.State(paper.Registrar, page));
        }

        Assert.Equal(5, paper.View.LatestStatus!.Revoked.Count);
        Assert.Null(paper.View.LatestStatus.Page);
    }

    [Fact]
    public void Pages_out_of_order_or_of_two_statuses_make_none()
    {
        (Paper paper, Status[] pages) = Paged();
        Assert.Equal(Refusal.NotNext, paper.State(paper.Registrar, pages[1]));
        Assert.Null(paper.State(paper.Registrar, pages[0]));
        Assert.Equal(Refusal.NotNext, paper.State(paper.Registrar, pages[2]));
        Assert.Equal(Refusal.NotNext, paper.State(paper.Registrar, pages[1] with { ThroughMilliseconds = Paper.Start - 1 }));
        Assert.Null(paper.State(paper.Registrar, pages[1]));
        Assert.Null(paper.State(paper.Registrar, pages[2]));
        Assert.NotNull(paper.View.LatestStatus);
    }

    [Fact]
    public void A_page_that_leaves_out_a_revocation_of_its_range_is_an_alarm()
    {
        (Paper paper, Status[] pages) = Paged();
        Status short1 = pages[0] with { Revoked = [.. pages[0].Revoked.Skip(1)] };
        Assert.Equal(Refusal.Contradiction, paper.State(paper.Registrar, short1));
        Assert.Equal(pages[0].Revoked[0].Key, paper.View.Anomalies[^1].Withheld);
    }

    private static (Paper, Status[]) Paged()
    {
        Paper paper = new Paper().Found();
        for (int i = 0; i < 5; i++)
        {
            using SigningKey key = SigningKey.Generate();
            paper.State(paper.Authority, new Enrolment(key.PublicKey, Role.Sensor, $"sensor-{i}"));
            paper.State(paper.Authority, new Revocation(key.PublicKey.Kid, Paper.Start, "lost"));
        }

        return (paper, [.. StatusPages.Of(paper.View, Paper.Start, perPage: 2)]);
    }
}
