namespace Sealway.Fleet.Tests.Judging;

using CsCheck;

using Sealway.Messages;

using Xunit;

/// <summary>Whole logs of random content, judged whole, in pieces, and again with a larger registry.</summary>
public sealed class RegistryMovesTests
{
    private const int Longest = 40;

    private static readonly (SampleFleet Fleet, SigningKey[] Sensors, ulong Founded) Ward = MakeWard();

    private static readonly Gen<List<byte[]>> Logs = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 200_000]).List[1, Longest].Select(Write);

    [Fact]
    public void Judging_is_deterministic_and_resumes_anywhere_from_the_stored_history() =>
        Gen.Select(Logs, Gen.Int[0, Longest], Gen.ULong[Ward.Founded, Ward.Fleet.Registry.Size]).Sample(
            (log, split, size) =>
            {
                RegistryView view = Ward.Fleet.Registry.View(size);
                List<Verdict> whole = Verdicts(log, view, resumeAt: -1);
                return whole.SequenceEqual(Verdicts(log, view, resumeAt: -1)) && whole.SequenceEqual(Verdicts(log, view, split));
            },
            iter: 100);

    [Fact]
    public void A_larger_registry_decides_what_was_pending_and_withdraws_what_it_withdraws_and_changes_nothing_else() =>
        Gen.Select(Logs, Gen.ULong[Ward.Founded, Ward.Fleet.Registry.Size], Gen.ULong[Ward.Founded, Ward.Fleet.Registry.Size]).Sample(
            (log, one, other) =>
            {
                RegistryView smaller = Ward.Fleet.Registry.View(Math.Min(one, other));
                RegistryView larger = Ward.Fleet.Registry.View(Math.Max(one, other));
                return Verdicts(log, smaller, -1).Zip(Verdicts(log, larger, -1)).All(pair => MayBecome(pair.First, pair.Second, smaller, larger));
            },
            iter: 150);

    [Fact]
    public void The_random_logs_reach_every_validity()
    {
        Random random = new(1);
        HashSet<Validity> seen = [];
        for (int i = 0; i < 60 && seen.Count < 4; i++)
        {
            List<(int, int, int, int)> script = [.. Enumerable.Range(0, Longest).Select(_ => (random.Next(10), random.Next(5), random.Next(4), random.Next(200_000)))];
            seen.UnionWith(Verdicts(Write(script), Ward.Fleet.Registry.View((ulong)random.Next((int)Ward.Founded, (int)Ward.Fleet.Registry.Size + 1)), -1).Select(verdict => verdict.Validity));
        }

        Assert.Equal(4, seen.Count);
    }

    private static bool MayBecome(Verdict before, Verdict after, RegistryView smaller, RegistryView larger)
    {
        if (before.Validity == Validity.Pending)
        {
            return true;
        }

        bool withdrawn = before.Sensor is { } sensor && smaller.WithdrawalOf(sensor) != larger.WithdrawalOf(sensor);
        return !withdrawn ? before == after
            : before.Validity == Validity.Valid ? after.Validity is Validity.Valid || after.Reason == Refusal.Revoked
            : before.Validity != Validity.Doubtful || !after.IsValid;
    }

    private static List<Verdict> Verdicts(List<byte[]> log, RegistryView view, int resumeAt)
    {
        List<Verdict> verdicts = [];
        LogHistory history = LogHistory.Beginning;
        for (int i = 0; i < log.Count; i++)
        {
            if (i == resumeAt)
            {
                history = LogHistory.FromBytes(history.ToBytes());
            }

            Judged judged = Judge.JudgeEntry(Ward.Fleet.Log, (ulong)i, log[i], history, view);
            history = history.After(judged);
            verdicts.Add(judged.Verdict);
        }

        return verdicts;
    }

    private static (SampleFleet Fleet, SigningKey[] Sensors, ulong Founded) MakeWard()
    {
        SampleFleet fleet = new();
        SigningKey first = fleet.Sensor();
        ulong founded = fleet.Registry.Size;
        SigningKey second = fleet.Sensor();
        SigningKey third = fleet.Sensor("ward-2");
        fleet.Assign(third, "ward-1");
        fleet.RevokeAfter(first, SampleFleet.Start + 1_000_000, 1, 4);
        fleet.Revoke(second, SampleFleet.Start + 1_500_000);
        SigningKey next = fleet.Rotate(third, SampleFleet.Start + 2_000_000, new LastThatCounts(new ReadingNumber(1, 6), null, null));
        return (fleet, [first, second, third, next, SigningKey.Generate()], founded);
    }

    // Each step: what happens, to which sensor, a choice within it, and how far the clock moves.
    private static List<byte[]> Write(List<(int What, int Sensor, int Choice, int Wait)> script)
    {
        List<byte[]> log = [];
        ulong at = SampleFleet.Start;
        ulong inForce = Ward.Founded;
        byte challenge = 0;
        uint[] sequences = new uint[Ward.Sensors.Length];
        Add(EntryKind.Event, new GenerationEvent("first").ToArray());
        foreach ((int what, int sensor, int choice, int wait) in script)
        {
            at += (ulong)wait;
            SigningKey key = Ward.Sensors[sensor];
            switch (what)
            {
                case 0:
                    Add(EntryKind.Event, new ChallengeEvent(SampleLog.Nonce(++challenge)).ToArray());
                    break;
                case 1:
                    inForce = Math.Min(inForce + (ulong)choice, Ward.Fleet.Registry.Size);
                    Add(EntryKind.Event, new InForceEvent(inForce).ToArray());
                    break;
                case 2:
                    Read(key, sequences[sensor], value: choice);
                    break;
                case 3:
                    byte[] forged = SampleLog.Sign(key, 1, ++sequences[sensor]).Bytes.ToArray();
                    forged[^60] ^= 1;
                    Add(EntryKind.Reading, forged);
                    break;
                case 4:
                    log.Add(new byte[choice]);
                    break;
                default:
                    sequences[sensor] += choice == 3 ? 2u : 1;
                    Read(key, sequences[sensor], value: 80, choice == 0 ? SampleLog.Nonce(challenge) : default);
                    break;
            }
        }

        return log;

        void Add(EntryKind kind, ReadOnlyMemory<byte> body) => log.Add(Entry.Create(kind, at, body).Bytes.ToArray());

        void Read(SigningKey key, uint sequence, double value, ReadOnlySpan<byte> nonce = default) =>
            Add(EntryKind.Reading, SampleLog.Sign(key, 1, sequence, value, nonce).Bytes);
    }
}
