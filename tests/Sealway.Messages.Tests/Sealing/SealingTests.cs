namespace Sealway.Messages.Tests;

using System.Security.Cryptography;
using Xunit;

public class SealingTests
{
    private static readonly LogId Home = LogId.Parse(ValidMessages.Home);

    [Fact]
    public void A_step_key_is_one_block_of_HKDF_Expand()
    {
        using EpochKey key = EpochKey.Generate();
        foreach (ushort step in new ushort[] { 0, 1, 255, 256, 65_535 })
        {
            byte[] info = [.. "Sealway step"u8, (byte)(step >> 8), (byte)step];
            Assert.Equal(HKDF.Expand(HashAlgorithmName.SHA256, key.Export(), 32, info), key.StepKey(step));
        }
    }

    [Fact]
    public void Steps_rise_from_0_and_end_at_65536()
    {
        using Sealer sealer = new(Home, EpochKey.Generate());
        byte[] smallest = new byte[Limits.SmallestSlotBytes];
        for (int step = 0; step < Sealer.Steps; step++)
        {
            byte[] body = sealer.Seal(smallest);
            if (step is 0 or 1 or 256 or Sealer.Steps - 1)
            {
                Assert.Equal(step, SealedSlot.FromUntrusted(body).Step);
            }
        }

        Assert.Equal(0, sealer.StepsLeft);
        Assert.Throws<InvalidOperationException>(() => sealer.Seal(smallest));
    }

    [Fact]
    public void Every_sealed_slot_of_one_length_has_one_length()
    {
        using Sealer sealer = new(Home, EpochKey.Generate());
        byte[] full = RandomNumberGenerator.GetBytes(2_048);
        Assert.Single(Enumerable.Range(0, 300).Select(i => sealer.Seal(i % 2 == 0 ? full : new byte[2_048]).Length).Distinct());
    }

    [Fact]
    public void The_largest_slot_fits_an_entry()
    {
        using Sealer sealer = new(Home, EpochKey.Generate());
        Entry entry = Entry.Create(EntryKind.Sealed, Limits.LargestNumber, sealer.Seal(new byte[Limits.LargestSlotBytes]));
        Assert.InRange(entry.Bytes.Length, Limits.LargestSlotBytes, Limits.EntryBytes);
    }

    [Fact]
    public void The_largest_epoch_and_the_largest_grant_fit_an_entry()
    {
        using EpochKey key = EpochKey.Generate();
        PublicKey[] members = [.. Enumerable.Repeat(Parties.Agreement("member-0").PublicKey, Limits.Recipients)];
        Entry.Create(EntryKind.Epoch, Limits.LargestNumber, Epoch.Create(Home, key, Limits.LargestNumber, members));
        Entry.Create(EntryKind.Grant, Limits.LargestNumber, Grant.Create(Home, key.Id, 0, [members[0]], [.. Enumerable.Repeat(key, Limits.GrantKeys)]));
        Assert.Equal(Refusal.WrongCount, Assert.Throws<MessageException>(() => Epoch.Create(Home, key, 0, [.. members, members[0]])).Reason);
        Assert.Equal(Refusal.WrongCount, Assert.Throws<MessageException>(() => Grant.Create(Home, key.Id, 0, members, [])).Reason);
        Assert.Equal(Refusal.WrongCount, Assert.Throws<MessageException>(() => Grant.Create(Home, key.Id, 0, members, [.. Enumerable.Repeat(key, Limits.GrantKeys + 1)])).Reason);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    [InlineData(17, 32)]
    public void An_epoch_shows_no_more_than_an_upper_bound_of_its_members(int members, int recipients)
    {
        using EpochKey key = EpochKey.Generate();
        byte[] body = Epoch.Create(Home, key, 9, [.. Enumerable.Repeat(Parties.Agreement("member-0").PublicKey, members)]);
        Assert.Equal(recipients, Epoch.FromUntrusted(body).Recipients);

        // Every epoch of that many recipients has the same length.
        using EpochKey other = EpochKey.Generate();
        Assert.Equal(body.Length, Epoch.Create(Home, other, 9, [.. Enumerable.Repeat(Parties.Agreement("member-1").PublicKey, recipients)]).Length);
    }

    [Fact]
    public void Items_that_do_not_fit_wait_and_those_that_never_would_are_refused()
    {
        SlotBuilder builder = new(256);
        Reading reading = ValidMessages.Reading(1, ValidMessages.Hr());
        Assert.True(builder.TryAdd(reading, 0));
        Assert.True(builder.TryAdd(reading, 70_000));
        Assert.False(builder.TryAdd(reading, 0));
        Assert.Equal(2, SlotItem.ReadSlot(builder.Plaintext.ToArray()).Count);
        builder.Clear();
        Assert.Empty(SlotItem.ReadSlot(builder.Plaintext.ToArray()));
        LabelsEvent large = new(new Dictionary<string, string> { ["a"] = new string('x', 256) });
        Assert.Equal(Refusal.SlotOverflow, Assert.Throws<MessageException>(() => builder.TryAdd(large, 0)).Reason);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotBuilder(255));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotBuilder(Limits.LargestSlotBytes + 1));
    }

    [Fact]
    public void A_slot_filled_to_its_last_byte_is_read()
    {
        Reading reading = ValidMessages.Reading(1, ValidMessages.Hr());
        SlotBuilder builder = new((reading.Bytes.Length + 1) * 3);
        while (builder.TryAdd(reading, 0))
        {
        }

        Assert.Equal(builder.Plaintext.Length, builder.Used);
        Assert.Equal(3, SlotItem.ReadSlot(builder.Plaintext.ToArray()).Count);
    }

    [Fact]
    public void Two_seals_of_the_same_slot_differ()
    {
        using Sealer sealer = new(Home, EpochKey.Generate());
        Assert.NotEqual(sealer.Seal(new byte[256]), sealer.Seal(new byte[256]));
    }

    [Fact]
    public void A_command_that_does_not_fit_its_slot_is_refused()
    {
        CommandContent content = new(1, 0, 1, ValidMessages.Hash(1), CommandAction.Grant, Grant: new byte[1_900]);
        Command command = Command.Sign(Parties.Signer("app"), Home, content);
        Assert.Equal(Refusal.SlotOverflow, Assert.Throws<MessageException>(() => SealedCommand.Seal(Home, Parties.Agreement("gateway-hpke").PublicKey, command)).Reason);
    }

    [Fact]
    public void Every_command_slot_has_one_length()
    {
        PublicKey gateway = Parties.Agreement("gateway-hpke").PublicKey;
        Command command = Command.Sign(Parties.Signer("app"), Home, ValidMessages.SetTarget());
        Assert.Equal(Limits.CommandSlotBytes, SealedCommand.Seal(Home, gateway, command).Length);
        Assert.Equal(Limits.CommandSlotBytes, SealedCommand.Seal(Home, gateway, null).Length);
    }
}
