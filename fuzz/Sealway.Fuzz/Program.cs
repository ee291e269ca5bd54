namespace Sealway.Fuzz;

using System.Globalization;
using Sealway.Fuzz.Running;
using Sealway.Fuzz.Seeds;

/// <summary>The verbs that fuzz/run is made of.</summary>
internal static class Program
{
    private const int Finding = 1;
    private const int Usage = 2;

    public static int Main(string[] args)
    {
        Fork.PrepareCoverage();
        switch (args)
        {
            case ["targets"]:
                foreach (FuzzTarget target in FuzzTargets.All.Append(FuzzTargets.Broken))
                {
                    Say($"{target.Name}\t{target.MostBytes}\t{target.Why}");
                }

                return 0;

            case ["instrument", string folder]:
                Say($"{Instrumentation.Apply(folder)} types instrumented");
                return 0;

            case ["seeds", string folder, string vectors]:
                foreach ((string name, int count) in SeedCorpus.Write(folder, new VectorFiles(vectors)))
                {
                    Say($"{name}\t{count}");
                }

                return 0;

            case ["run", string name]:
                Fork.Serve(FuzzTargets.Find(name), null);
                return 0;

            case ["run", string name, string seeds]:
                Fork.Serve(FuzzTargets.Find(name), seeds);
                return 0;

            case ["work", string name]:
                foreach (Work work in Work.Of(FuzzTargets.Find(name)))
                {
                    Say($"{work.Shape}\t{work.Bytes}\t{work.Steps}\t{work.Allocated}");
                }

                return 0;

            case ["replay", string name, .. { Length: > 0 } files]:
                return Array.FindAll(files, file => !Replay(FuzzTargets.Find(name), file)) is [] ? 0 : Finding;

            default:
                Console.Error.WriteLine("usage: Sealway.Fuzz targets | instrument FOLDER | seeds FOLDER VECTORS | run TARGET [SEEDS] | work TARGET | replay TARGET FILE...");
                return Usage;
        }
    }

    private static bool Replay(FuzzTarget target, string file)
    {
        try
        {
            Say($"{file}: {(Execution.Run(target, File.ReadAllBytes(file)) ? "accepted" : "refused")}");
            return true;
        }
#pragma warning disable CA1031 // Whatever escapes is the finding.
        catch (Exception finding)
#pragma warning restore CA1031
        {
            Say($"{file}: FINDING: {finding}");
            return false;
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
