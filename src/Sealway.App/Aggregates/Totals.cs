namespace Sealway.App;

/// <summary>Count, sum and extremes. Values are within ±(2^53 − 1), so that no sum overflows.</summary>
/// <param name="Count">How many values.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Min">The smallest; of no meaning without a value.</param>
/// <param name="Max">The largest; of no meaning without a value.</param>
internal readonly record struct Totals(ulong Count, double Sum, double Min, double Max)
{
    public Totals With(double value) => And(new Totals(1, value, value, value));

    public Totals And(Totals other) => Count == 0 ? other
        : other.Count == 0 ? this
        : new(Count + other.Count, Sum + other.Sum, Math.Min(Min, other.Min), Math.Max(Max, other.Max));
}
