namespace Sealway.Gateway.Tests.Generations;

using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>The signing rule as a table: what is on disk, what the cloud says, what follows.</summary>
public class SigningRuleTests
{
    private static readonly SigningKey Key = SigningKey.Generate();
    private static readonly SigningKey Stranger = SigningKey.Generate();

    //          nr  disk  signs  cloud: log, size, key      extends operator  step, log
    [Theory]
    [InlineData(1, 0, false, "ward-3/0", 0, "none", true, false, GenerationStep.Sign, "ward-3/0")] // the very first start
    [InlineData(2, 0, false, "ward-3/0", 50, "own", true, false, GenerationStep.Sign, "ward-3/0")] // a restart: the disk goes on
    [InlineData(3, 0, true, "ward-3/0", 50, "own", true, false, GenerationStep.Stay, "ward-3/0")] // an answer while it signs
    [InlineData(4, 0, false, "ward-3/0", 150, "own", false, false, GenerationStep.BeginNext, "ward-3/1")] // the disk is older than the cloud
    [InlineData(5, 0, true, "ward-3/0", 90, "own", false, false, GenerationStep.BeginNext, "ward-3/1")] // another history under its own key, found later
    [InlineData(6, 0, false, "ward-3/4", 10, "own", false, false, GenerationStep.BeginNext, "ward-3/5")] // the disk is empty or much older
    [InlineData(7, 0, false, "ward-3/4", 10, "stranger", false, false, GenerationStep.Stay, "ward-3/0")] // a head under another key says nothing
    [InlineData(8, 0, false, "ward-3/0", 50, "stranger", false, false, GenerationStep.Stay, "ward-3/0")] // neither for the same generation
    [InlineData(9, 3, false, "ward-3/2", 50, "own", false, false, GenerationStep.Stay, "ward-3/3")] // an earlier generation: not about this one
    [InlineData(10, 3, false, "ward-3/3", 0, "none", true, false, GenerationStep.Sign, "ward-3/3")] // begun, and nothing of it sent yet
    [InlineData(11, 0, false, "ward-3/1", 0, "none", true, false, GenerationStep.Stay, "ward-3/0")] // a later generation without a head is no evidence
    [InlineData(12, 0, false, "ward-4/7", 50, "own", false, false, GenerationStep.Stay, "ward-3/0")] // another gateway's
    [InlineData(13, 0, false, "ward-3/0", 50, "own", true, true, GenerationStep.BeginNext, "ward-3/1")] // an operator's act
    [InlineData(14, 0, false, "ward-3/0", 0, "none", true, true, GenerationStep.BeginNext, "ward-3/1")] // the same, with nothing at the cloud
    [InlineData(15, 0, true, "ward-3/4", 10, "own", false, false, GenerationStep.BeginNext, "ward-3/5")] // a later generation found while it signs
    public void What_the_cloud_holds_decides_what_is_signed(
        int number, ulong generation, bool signs, string log, ulong size, string key, bool extends, bool operatorAsks, GenerationStep step, string then)
    {
        PreviousGeneration disk = new(new LogId("ward-3", generation), 100, new byte[32]);
        LogId at = LogId.Parse(log);
        Head? head = key == "none" ? null : Head.Sign(
            key == "own" ? Key : Stranger, new HeadClaims((key == "own" ? Key : Stranger).PublicKey.Kid, at, 1, size, 0), new byte[32]);

        GenerationDecision decision = SigningRule.Decide(disk, signs, new Held(at, size, head, []), key == "own", extends, operatorAsks);

        Assert.True(number > 0);
        Assert.Equal((step, LogId.Parse(then)), (decision.Step, decision.Log));
        Assert.Equal(step == GenerationStep.BeginNext, decision.Previous is not null);
        Assert.Equal(step == GenerationStep.BeginNext, decision.Reason.Length > 0);
        if (decision.Previous is { } previous)
        {
            Assert.Equal(head is null ? disk : new PreviousGeneration(at, size, head.Root), previous);
        }
    }
}
