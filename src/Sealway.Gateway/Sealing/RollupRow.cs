namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>Count, sum and extremes of one sensor's metric. Values are within ±(2^53 − 1), so that no sum overflows.</summary>
internal sealed class RollupRow
{
    private Number _min;
    private Number _max;
    private double _sum;
    private ulong _count;

    public RollupRow(Number first)
    {
        _min = first;
        _max = first;
        _sum = first.ToDouble();
        _count = 1;
    }

    public void Add(Number number)
    {
        double value = number.ToDouble();
        _sum += value;
        _count++;
        _min = value < _min.ToDouble() ? number : _min;
        _max = value > _max.ToDouble() ? number : _max;
    }

    public Rollup ToRollup(Kid sensor, string metric, ulong start) =>
        new(sensor, metric, start, Rollup.LongestMilliseconds, _count, Number.From(_sum / _count), _min, _max);
}
