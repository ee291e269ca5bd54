namespace Sealway.Fuzz.Tests;

using CsCheck;
using Sealway.Fuzz.Running;
using Sealway.Fuzz.Seeds;
using Sealway.Testing;
using Xunit;

/// <summary>What holds of every decoder for inputs made without coverage: nothing but its named refusal comes out, what it accepts passes its checks, and what it allocates is bounded by its input's length.</summary>
public sealed class TargetPropertyTests
{
    // Signatures are made and verified for what is accepted, so of long seeds only some places are tried.
    private const int Places = 400;

    // Heads that promise more than follows: CBOR's, and MQTT's.
    private static readonly byte[][] Promises =
    [
        .. "5b7fffffffffffffff 7b7fffffffffffffff 9b7fffffffffffffff bb7fffffffffffffff 5affffffff 9a7fffffff ba7fffffff 997fff 59ffff 10ffffff7f".Split(' ').Select(Convert.FromHexString),
    ];

    private static readonly VectorFiles Vectors = new(Path.Combine(Repository.Root, "docs", "vectors"));

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_seed_of_a_target_keeps_its_rules_and_some_are_accepted(string name)
    {
        FuzzTarget target = FuzzTargets.Find(name);
        Assert.Contains(Seeds(target).Select(seed => Run(target, seed)).ToArray(), accepted => accepted);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Changed_bits_truncations_and_extensions_of_a_seed_keep_the_rules_of(string name)
    {
        FuzzTarget target = FuzzTargets.Find(name);
        foreach (byte[] seed in Seeds(target).Where((_, i) => i % 4 == 0))
        {
            int stride = Math.Max(1, seed.Length / Places);
            for (int at = 0; at < seed.Length; at += stride)
            {
                byte[] changed = [.. seed];
                changed[at] ^= (byte)(1 << (at % 8));
                Run(target, changed);
                Run(target, [.. seed.AsSpan(0, at)]);
            }

            for (int more = 0; more < 256; more += 5)
            {
                Run(target, [.. seed, (byte)more]);
                Run(target, [(byte)more, .. seed]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Random_and_mutated_bytes_keep_the_rules_of(string name)
    {
        FuzzTarget target = FuzzTargets.Find(name);
        byte[][] seeds = [.. Seeds(target).Where(seed => seed.Length < 4_096)];
        Gen<byte[]> random = Gen.Byte.Array[0, 400];
        Gen<byte[]> spliced = Gen.Select(Gen.OneOf(seeds), Gen.OneOf(seeds), Gen.Double[0, 1], Gen.Double[0, 1], Gen.Byte.Array[0, 6])
            .Select((left, right, cut, go, between) => (byte[])[.. left[..(int)(left.Length * cut)], .. between, .. right[(int)(right.Length * go)..]]);
        Gen.OneOf(random, spliced).Sample(
            input =>
            {
                Run(target, input);
            },
            iter: 1_000,
            threads: 1);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_length_that_is_not_there_allocates_nothing_for_it_in(string name)
    {
        FuzzTarget target = FuzzTargets.Find(name);

        // Alone, and in the place of each byte of the shortest accepted seed. The bound is on what each run allocates.
        byte[] seed = Seeds(target).Where(one => Run(target, one)).MinBy(one => one.Length)!;
        foreach (byte[] promise in Promises)
        {
            Run(target, promise);
            for (int at = 0; at < Math.Min(seed.Length, Places); at++)
            {
                Run(target, [.. seed.AsSpan(0, at), .. promise, .. seed.AsSpan(at + 1)]);
            }
        }
    }

    private static bool Run(FuzzTarget target, byte[] input) => Execution.Run(target, input);

    private static IEnumerable<byte[]> Seeds(FuzzTarget target) => target.Seeds(Vectors).Where(seed => seed.Length > 0 && seed.Length <= target.MostBytes);
}
