namespace Sealway.Fuzz.Running;

using System.Diagnostics;
using Sealway.Fuzz.Oracles;
using Sealway.Messages;

/// <summary>Runs one input through a target and holds it to the bounds.</summary>
internal static class Execution
{
    // An input that takes this long each time is a finding: the longest honest one takes some 20 ms.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private const int Attempts = 3;

    /// <summary>Runs an input.</summary>
    /// <returns>Whether it was accepted.</returns>
    /// <exception cref="Exception">Anything that comes out of here is a finding.</exception>
    public static bool Run(FuzzTarget target, ReadOnlyMemory<byte> input)
    {
        for (int attempt = 1; ; attempt++)
        {
            long began = Stopwatch.GetTimestamp();
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool accepted = Decode(target, input);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            bool within = allocated <= target.AllocatedAtMost + ((long)target.AllocatedPerByte * input.Length);
            if (within && took <= Longest)
            {
                return accepted;
            }

            // The first run of a path also makes what is made once, and a busy machine may take its time.
            if (attempt == Attempts)
            {
                throw new FindingException($"{target.Name}: {input.Length} bytes allocated {allocated} and took {took.TotalMilliseconds:F0} ms");
            }
        }
    }

    private static bool Decode(FuzzTarget target, ReadOnlyMemory<byte> input)
    {
        try
        {
            target.Decode(input);
            return true;
        }
        catch (Exception refused) when (target.IsRefusal(refused))
        {
            if (refused is MessageException named)
            {
                Require.Named(named);
            }

            return false;
        }
    }
}
