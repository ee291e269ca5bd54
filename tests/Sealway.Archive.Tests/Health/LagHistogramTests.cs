namespace Sealway.Archive.Tests.Health;

using CsCheck;

public sealed class LagHistogramTests
{
    [Fact]
    public void A_percentile_is_within_seven_percent_of_the_truth() => Gen.Select(Gen.ULong[0, 100_000_000].Array[1, 200], Gen.Double[0.01, 1]).Sample((values, share) =>
    {
        LagHistogram histogram = new();
        Array.ForEach(values, histogram.Add);
        ulong truth = values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);
        ulong said = histogram.Percentile(share);
        return said <= truth && truth - said <= truth * 0.07;
    });

    [Fact]
    public void Nothing_measured_is_zero() => Assert.Equal(0ul, new LagHistogram().Percentile(0.5));
}
