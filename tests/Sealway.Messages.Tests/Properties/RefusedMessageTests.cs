namespace Sealway.Messages.Tests;

using Xunit;

/// <summary>Every rule has a message that breaks it and nothing else.</summary>
public class RefusedMessageTests
{
    private static readonly IReadOnlyList<RefusedMessage> Messages = RefusedMessages.All();

    public static TheoryData<string> Names => [.. Messages.Select(one => one.Example.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_that_breaks_a_rule_is_refused_for_that_reason(string name)
    {
        RefusedMessage message = Messages.Single(one => one.Example.Name == name);
        MessageException refused = Assert.Throws<MessageException>(() => MessageKinds.Judge(message.Example.Kind, message.Example.Bytes, message.Example.With));
        Assert.Equal(message.Reason, refused.Reason);
    }

    [Fact]
    public void Every_reason_that_bytes_give_by_themselves_occurs()
    {
        IEnumerable<Refusal> expected = Enum.GetValues<Refusal>().Where(reason => reason is > Refusal.None and <= Refusal.BadSignature);
        Assert.Empty(expected.Except(Messages.Select(one => one.Reason)));
    }

    [Fact]
    public void A_refusal_names_the_place_and_never_the_content()
    {
        foreach (RefusedMessage message in Messages)
        {
            MessageException refused = Assert.Throws<MessageException>(() => MessageKinds.Judge(message.Example.Kind, message.Example.Bytes, message.Example.With));
            Assert.StartsWith($"{refused.Reason}: ", refused.Message, StringComparison.Ordinal);
            Assert.True(refused.Message.Length < 100, refused.Message);
            Assert.DoesNotContain("hr", refused.Message, StringComparison.Ordinal);
        }
    }
}
