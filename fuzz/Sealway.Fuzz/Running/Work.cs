namespace Sealway.Fuzz.Running;

using SharpFuzz.Common;

/// <summary>What an input of a shape costs a decoder, in counts that are the same on every machine.</summary>
/// <param name="Shape">What the input is made of.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Steps">Branches taken in our assemblies and the decoding libraries: only counted in a copy that was instrumented with the callback on.</param>
/// <param name="Allocated">Bytes allocated.</param>
internal sealed record Work(string Shape, int Bytes, long Steps, long Allocated)
{
    private const int Small = 64;
    private const int Times = 16;

    /// <summary>The hostile shapes of CBOR, small and 16 times as large, and what the target adds.</summary>
    public static IEnumerable<Work> Of(FuzzTarget target)
    {
        (string Name, Func<int, byte[]> Make)[] shapes =
        [
            ("nested arrays", n => Repeat([0x81], n)),
            ("nested tags", n => Repeat([0xC1], n)),
            ("nested maps", n => Repeat([0xA1, 0x00], n)),
            ("zeros", n => new byte[n]),
            ("integers", n => [.. Head(0x80, n), .. Repeat([0x01], n)]),
            ("an array without an end", n => [0x9F, .. Repeat([0x01], n)]),
            ("chunks", n => [0x5F, .. Repeat([0x41, 0x00], n)]),
            ("byte strings", n => [.. Head(0x80, n), .. Repeat([0x41, 0x00], n)]),
            ("rising keys", n => [.. Head(0xA0, n), .. Enumerable.Range(0, n).SelectMany(i => (byte[])[.. Head(0x00, i), 0x00])]),
            ("one key again and again", n => [.. Head(0xA0, n), .. Repeat([0x01, 0x00], n)]),
            ("a sequence of arrays", n => Repeat([0x80], n)),
            ("letters", n => Repeat("a"u8, n)),
            ("lines", n => Repeat("1,2\n"u8, n)),
            ("opening braces", n => Repeat("{"u8, n)),
            .. target.Shapes,
        ];
        foreach ((string name, Func<int, byte[]> make) in shapes)
        {
            foreach (int n in new[] { Small, Small * Times })
            {
                byte[] input = make(n);
                yield return Measure(target, name, input);
            }
        }
    }

    /// <summary>An array's, map's or number's head in the shortest form.</summary>
    public static byte[] Head(byte major, int argument) => argument < 24 ? [(byte)(major | argument)]
        : argument < 256 ? [(byte)(major | 24), (byte)argument]
        : [(byte)(major | 25), (byte)(argument >> 8), (byte)argument];

    private static Work Measure(FuzzTarget target, string shape, byte[] input)
    {
        // Once for what is made once.
        Execution.Run(target, input);
        long steps = 0;
        Action<int, string> before = Trace.OnBranch;
        Trace.OnBranch = (_, _) => steps++;
        long held = GC.GetAllocatedBytesForCurrentThread();
        Execution.Run(target, input);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - held;
        Trace.OnBranch = before;
        return new Work(shape, input.Length, steps, allocated);
    }

    private static byte[] Repeat(ReadOnlySpan<byte> what, int times)
    {
        byte[] repeated = new byte[what.Length * times];
        for (int i = 0; i < times; i++)
        {
            what.CopyTo(repeated.AsSpan(i * what.Length));
        }

        return repeated;
    }
}
