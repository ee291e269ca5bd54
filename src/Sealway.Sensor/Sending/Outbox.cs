namespace Sealway.Sensor.Sending;

using System.Threading.Channels;
using Sealway.Messages;
using Sealway.Sensor.Ledgers;
using Sealway.Sensor.Numbers;
using Sealway.Sensor.Sampling;

/// <summary>
/// What one sensor still has to hand over: values that wait unsigned, and signed readings that the gateway has not stored yet, with their bytes, so that they
/// can be sent again unchanged. Both are bounded. Safe for concurrent use; signing has one caller at a time.
/// </summary>
internal sealed class Outbox
{
    /// <summary>A reading signed later than this after its measurement says when it was measured.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SensorOptions _options;
    private readonly SensorCounter _counter;
    private readonly TimeProvider _time;
    private readonly SensorLedger? _ledger;
    private readonly Queue<UnsignedReading> _waiting = new();
    private readonly SortedDictionary<ReadingNumber, ReadOnlyMemory<byte>> _sent = [];
    private readonly SortedDictionary<Refusal, long> _refusedBy = [];
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private byte[]? _nonce;
    private TaskCompletionSource? _empty;
    private long _sentCount;
    private long _stored;
    private long _refused;
    private long _dropped;
    private bool _signing;

    public Outbox(SensorOptions options, SensorCounter counter, TimeProvider time, SensorLedger? ledger = null)
    {
        _ledger = ledger;
        _options = options;
        _counter = counter;
        _time = time;
    }

    /// <summary>Waits until there may be something to sign, or room for it.</summary>
    public ValueTask<bool> Changed(CancellationToken cancel) => _changed.Reader.ReadAsync(cancel);

    /// <summary>Takes a sample. Beyond the bound the oldest waiting values are dropped and counted.</summary>
    public void Add(Sample sample)
    {
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            if (_options.WholeSamples && sample.Values.Count <= Limits.Measurements)
            {
                Enqueue(new UnsignedReading(sample, -1, now));
            }
            else
            {
                for (int i = 0; i < sample.Values.Count; i++)
                {
                    Enqueue(new UnsignedReading(sample, i, now));
                }
            }
        }

        _changed.Writer.TryWrite(true);
    }

    /// <summary>Signs the next waiting reading and keeps its bytes until it is stored; false when none waits or the window is full.</summary>
    /// <exception cref="CounterException">There is no number to give.</exception>
    /// <exception cref="LedgerException">It cannot be written down what was signed.</exception>
    public bool TrySign(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        while (true)
        {
            UnsignedReading next;
            byte[]? nonce;
            lock (_gate)
            {
                if (_sent.Count >= _options.Window || !_waiting.TryDequeue(out next))
                {
                    return false;
                }

                nonce = _nonce;
                _nonce = null;
                _signing = true;
            }

            Reading? reading = null;
            try
            {
                reading = Reading.Sign(_options.Signer, _counter.Next(), Measurements(next), nonce);
                _ledger?.Signed(reading);
                bytes = reading.Bytes;
                return true;
            }
            catch (MessageException)
            {
                // A source gave what no reading can say. Only this value is lost; its number stays unused, which the gateway sees as a gap.
            }
            finally
            {
                Signed(reading, nonce);
            }
        }
    }

    /// <summary>The bytes of all readings sent but not stored, in the order of their numbers.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> NotStored()
    {
        lock (_gate)
        {
            return [.. _sent.Values];
        }
    }

    /// <summary>Takes what the gateway says. Numbers that are not under way mean nothing.</summary>
    /// <exception cref="LedgerException">It cannot be written down what the gateway answered.</exception>
    public void Handle(SensorLinkMessage message)
    {
        List<LedgerLine> answered = [];
        lock (_gate)
        {
            switch (message)
            {
                case SensorChallenge challenge:
                    _nonce = challenge.Nonce.ToArray();
                    break;
                case StoredReadings stored:
                    foreach (ReadingNumber number in stored.Numbers)
                    {
                        _stored += TryRemove(LedgerWord.Stored, number, answered) ? 1 : 0;
                    }

                    break;
                case RefusedReading refused when TryRemove(LedgerWord.Refused, refused.Number, answered):
                    _refused++;
                    Refusal reason = Enum.IsDefined(refused.Reason) ? refused.Reason : Refusal.None;
                    _refusedBy[reason] = _refusedBy.GetValueOrDefault(reason) + 1;
                    break;
                default:
                    break;
            }
        }

        _ledger?.Answered(answered);
        lock (_gate)
        {
            CompleteIfEmpty();
        }

        _changed.Writer.TryWrite(true);
    }

    /// <summary>Completes when nothing waits and everything sent is stored or refused.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            CompleteIfEmpty();
            return _empty.Task;
        }
    }

    /// <summary>The counts now.</summary>
    public SensorHealth Health(bool connected, long connections)
    {
        lock (_gate)
        {
            return new SensorHealth(
                _options.Name, _options.Signer.PublicKey.Kid, connected, connections, _counter.Boot,
                _sentCount, _stored, _refused, new SortedDictionary<Refusal, long>(_refusedBy), _dropped, _waiting.Count, _sent.Count);
        }
    }

    private bool TryRemove(LedgerWord word, ReadingNumber number, List<LedgerLine> answered)
    {
        if (!_sent.Remove(number, out ReadOnlyMemory<byte> bytes))
        {
            return false;
        }

        if (_ledger is not null)
        {
            answered.Add(LedgerLine.Of(word, _options.Signer.PublicKey.Kid, number, bytes.Span));
        }

        return true;
    }

    private void Enqueue(UnsignedReading reading)
    {
        if (_waiting.Count >= _options.Waiting)
        {
            _waiting.Dequeue();
            _dropped++;
        }

        _waiting.Enqueue(reading);
    }

    private void Signed(Reading? reading, byte[]? nonce)
    {
        lock (_gate)
        {
            _signing = false;
            if (reading is null)
            {
                _dropped++;
                // The challenge is still unanswered, unless a newer one came meanwhile.
                _nonce ??= nonce;
                CompleteIfEmpty();
            }
            else
            {
                _sentCount++;
                _sent.Add(reading.Number, reading.Bytes);
            }
        }
    }

    private void CompleteIfEmpty()
    {
        if (!_signing && _waiting.Count == 0 && _sent.Count == 0)
        {
            _empty?.TrySetResult();
        }
    }

    private Measurement[] Measurements(UnsignedReading unsigned)
    {
        TimeSpan age = _time.GetElapsedTime(unsigned.MeasuredAt);
        Number? time = age < LateAfter ? null : Number.From(-Math.Round((decimal)age.TotalSeconds, 3));
        IReadOnlyList<MetricValue> values = unsigned.Sample.Values;
        if (unsigned.Index >= 0)
        {
            return [Measured(values[unsigned.Index], time)];
        }

        Measurement[] all = new Measurement[values.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = Measured(values[i], time);
        }

        return all;
    }

    private static Measurement Measured(MetricValue value, Number? time) => new(value.Metric.Name, value.Metric.Unit, Number.From(value.Value), time);
}
