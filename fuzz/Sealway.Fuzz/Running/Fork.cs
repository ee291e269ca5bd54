namespace Sealway.Fuzz.Running;

using System.Runtime.InteropServices;
using SharpFuzz;

/// <summary>The loop under AFL++: inputs come by standard input, coverage goes to shared memory.</summary>
internal static class Fork
{
    private const int MapSize = 1 << 16;

    /// <summary>Instrumented assemblies write their coverage somewhere even when nobody asks for it.</summary>
    public static unsafe void PrepareCoverage()
    {
        if (SharpFuzz.Common.Trace.SharedMem is null)
        {
            SharpFuzz.Common.Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapSize);
        }

        // A copy that counts its branches calls this at each.
        SharpFuzz.Common.Trace.OnBranch = static (_, _) => { };
    }

    /// <summary>Runs inputs until AFL++ ends the program. What escapes from an execution is a crash to it.</summary>
    public static void Serve(FuzzTarget target, string? warmUp)
    {
        // What is made once must not look like coverage of the first input that needs it.
        foreach (string seed in warmUp is null ? [] : Directory.EnumerateFiles(warmUp))
        {
            Execution.Run(target, File.ReadAllBytes(seed));
        }

        byte[] buffer = new byte[target.MostBytes];
        Fuzzer.Run(stream =>
        {
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);

            // The rest of a longer input must not be taken for the next one.
            while (stream.ReadByte() >= 0)
            {
            }

            Execution.Run(target, buffer.AsMemory(0, length).ToArray());
        });
    }
}
