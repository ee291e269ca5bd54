namespace Sealway.Fleet.Tests.Registering;

public sealed class ErasureTests
{
    private static readonly LogId Log = new("ward-3", 0);

    private readonly Paper _paper = new Paper().Ward();

    [Fact]
    public void An_order_of_the_authority_names_exactly_its_entries()
    {
        Assert.Null(_paper.State(_paper.Authority, new Erasure(Log, 5, 7, "wrong patient")));
        ulong[] erased = [.. Enumerable.Range(0, 20).Select(i => (ulong)i).Where(index => _paper.View.IsErased(Log, index))];
        Assert.Equal([5, 6, 7], erased);
        Assert.False(_paper.View.IsErased(new LogId("ward-3", 1), 6));
        Erased order = _paper.View.ErasureOf(Log, 6)!;
        Assert.Equal(("wrong patient", 6ul, Paper.Start), (order.Erasure.Reason, order.Index, order.AtMilliseconds));
        Assert.Equal([Log], _paper.View.ErasedLogs);
    }

    [Fact]
    public void Orders_add_up_and_none_takes_another_back()
    {
        _paper.State(_paper.Authority, new Erasure(Log, 5, 5, "first"));
        _paper.State(_paper.Authority, new Erasure(Log, 4, 6, "second"));
        Assert.Equal(2, _paper.View.ErasuresOf(Log).Count);
        Assert.Equal("first", _paper.View.ErasureOf(Log, 5)!.Erasure.Reason);
        Assert.Equal("second", _paper.View.ErasureOf(Log, 4)!.Erasure.Reason);
    }

    [Fact]
    public void Nobody_but_the_authority_can_order_it()
    {
        foreach (SigningKey key in new[] { _paper.Registrar, _paper.Gateway, _paper.Archive, _paper.Sensor })
        {
            Assert.Equal(Refusal.WrongSigner, _paper.State(key, new Erasure(Log, 5, 5, "hide it")));
        }

        Assert.Empty(_paper.View.ErasedLogs);
    }

    [Fact]
    public void Nothing_of_the_registry_is_ever_erased()
    {
        Assert.Equal(Refusal.Contradiction, _paper.State(_paper.Authority, new Erasure(Paper.Log, 3, 3, "")));
        Assert.Equal(Refusal.Contradiction, _paper.State(_paper.Authority, new Erasure(Paper.Log with { Generation = 1 }, 3, 3, "")));
        Assert.Empty(_paper.View.ErasedLogs);
    }

    [Fact]
    public void Only_a_gateways_log_can_be_erased_from_and_a_withdrawn_ones_too()
    {
        Assert.Equal(Refusal.UnknownKey, _paper.State(_paper.Authority, new Erasure(new LogId("ward-4", 0), 1, 1, "")));
        Assert.Equal(Refusal.UnknownKey, _paper.State(_paper.Authority, new Erasure(new LogId("archive", 0), 1, 1, "")));
        _paper.State(_paper.Authority, new Revocation(_paper.Gateway.PublicKey.Kid, Paper.Start, "replaced"));
        Assert.Null(_paper.State(_paper.Authority, new Erasure(Log, 1, 1, "")));
    }

    [Fact]
    public void An_order_cannot_be_moved_to_another_place_of_the_registry()
    {
        Entry order = _paper.Sign(_paper.Authority, new Erasure(Log, 5, 5, ""));
        Assert.Null(_paper.Put(order.Bytes));
        Assert.Equal(Refusal.BadSignature, _paper.Put(order.Bytes));
    }

    [Fact]
    public void More_entries_than_one_order_may_name_cannot_be_stated()
    {
        Assert.Throws<MessageException>(() => _paper.Sign(_paper.Authority, new Erasure(Log, 0, Limits.ErasedEntries, "")));
        Assert.Throws<MessageException>(() => _paper.Sign(_paper.Authority, new Erasure(Log, 1, 0, "")));
        Assert.Null(_paper.State(_paper.Authority, new Erasure(Log, 0, Limits.ErasedEntries - 1, "")));
    }
}
