namespace Sealway.Wireshark.Tests;

using Sealway.Testing;
using Xunit;

/// <summary>tshark with the dissector of <c>tools/wireshark</c>.</summary>
internal static class Tshark
{
    private static readonly string _dissector = Path.Combine(Repository.Root, "tools", "wireshark", "sealway.lua");

    /// <summary>What tshark prints of a capture. Whatever else it says must not be of an error in the dissector.</summary>
    public static async Task<string> Read(string capture, params string[] arguments)
    {
        ProcessRun run = await ProcessRun.Of(
            "tshark",
            ["-r", capture, "-X", $"lua_script:{_dissector}", .. arguments],
            Path.GetDirectoryName(capture)!,
            environment: Home(capture),
            cancellation: TestContext.Current.CancellationToken);
        Assert.True(run.Code == 0, run.Error);
        Assert.DoesNotContain("lua", run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Lua Error", run.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("it cannot be read", run.Output, StringComparison.Ordinal);
        return run.Output;
    }

    /// <summary>Fields of the packets that a filter lets through: for each packet, for each field its values.</summary>
    public static async Task<IReadOnlyList<string[][]>> Fields(string capture, string filter, string[] fields, params string[] more)
    {
        string[] asked = [.. fields.SelectMany(field => new[] { "-e", field })];
        string output = await Read(capture, ["-Y", filter, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=|", .. asked, .. more]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string[][])[.. line.Split('\t').Select(values => values.Split('|', StringSplitOptions.RemoveEmptyEntries))])];
    }

    /// <summary>An environment in which nobody's own settings or plugins take part.</summary>
    public static Dictionary<string, string> Home(string capture) => new() { ["HOME"] = Path.GetDirectoryName(capture)!, ["XDG_CONFIG_HOME"] = Path.GetDirectoryName(capture)! };
}
