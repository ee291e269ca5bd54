namespace Sealway.Fleet.Tests.VectorFiles;

using System.Text.Json.Nodes;

public sealed class VerdictVectorTests
{
    private const int Count = 13;

    [Fact]
    public void Every_log_of_the_vectors_is_judged_as_its_file_says()
    {
        JsonArray vectors = VectorFolder.Read("verdicts")["vectors"]!.AsArray();
        Assert.Equal(Count, vectors.Count);
        foreach (JsonNode? vector in vectors)
        {
            Registry registry = new(VectorKeys.Signer(vector!["with"]!["authority"]!.GetValue<string>()).PublicKey);
            foreach (byte[] entry in Bytes(vector["with"]!["registry"]!))
            {
                registry.Apply(entry);
            }

            Judged[] judged = [.. All(LogId.Parse(vector["with"]!["log"]!.GetValue<string>()), Bytes(vector["entries"]!), registry.Current)];
            string says = Says(judged).ToJsonString();
            Assert.True(JsonNode.DeepEquals(vector["says"], JsonNode.Parse(says)), $"{vector["name"]}: {says}");
        }
    }

    [Fact]
    public void Logs_made_anew_are_judged_as_they_were_meant()
    {
        foreach (LogExample example in LogExamples.All())
        {
            IEnumerable<(int, Validity, Refusal)> judged = All(example.Log, example.Entries.Tree.Entries, example.Registry.View())
                .Select((one, index) => (index, one.Verdict.Validity, one.Verdict.Reason))
                .Where(one => one.Validity != Validity.Valid);
            Assert.Equal(example.Expected.OrderBy(one => one.Index), judged);
        }
    }

    [Fact(Explicit = true)]
    public void Write_the_verdicts_anew() => VectorFolder.Write(
        "verdicts",
        "Whole logs from entry 0, each entry judged after those before it, by the registry in 'with'.",
        LogExamples.All().Select(example => new JsonObject
        {
            ["name"] = example.Name,
            ["kind"] = "log",
            ["with"] = new JsonObject { ["authority"] = "authority", ["log"] = example.Log.ToString(), ["registry"] = Hex(example.Registry.Tree) },
            ["entries"] = Hex(example.Entries.Tree),
            ["says"] = Says(All(example.Log, example.Entries.Tree.Entries, example.Registry.View())),
        }));

    private static IEnumerable<Judged> All(LogId log, IEnumerable<byte[]> entries, RegistryView registry)
    {
        LogHistory history = LogHistory.Beginning;
        ulong index = 0;
        foreach (byte[] entry in entries)
        {
            Judged judged = Judge.JudgeEntry(log, index++, entry, history, registry);
            history = history.After(judged);
            yield return judged;
        }
    }

    private static JsonArray Says(IEnumerable<Judged> judged) => [.. judged.Select(VerdictSays.Of)];

    private static JsonArray Hex(PaperTree tree) => [.. tree.Entries.Select(entry => JsonValue.Create(Convert.ToHexStringLower(entry)))];

    private static IEnumerable<byte[]> Bytes(JsonNode list) => list.AsArray().Select(one => Convert.FromHexString(one!.GetValue<string>()));
}
