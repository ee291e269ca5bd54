namespace Sealway.Fleet.Tests.VectorFiles;

using System.Text.Json.Nodes;

public sealed class WaybillVectorTests
{
    private const int Count = 128;

    [Fact]
    public void Every_waybill_of_the_vectors_says_what_its_file_says_or_is_refused_for_its_reason()
    {
        JsonArray vectors = VectorFolder.Read("waybills")["vectors"]!.AsArray();
        Assert.Equal(Count, vectors.Count);
        foreach (JsonNode? vector in vectors)
        {
            JsonObject judged = Judged(Convert.FromHexString(vector!["bytes"]!.GetValue<string>()), vector["with"]!["authority"]!.GetValue<string>());
            foreach ((string key, JsonNode? value) in judged)
            {
                Assert.True(JsonNode.DeepEquals(vector[key], JsonNode.Parse(value!.ToJsonString())), $"{vector["name"]}: {value.ToJsonString()}");
            }
        }
    }

    [Fact]
    public void Waybills_made_anew_are_judged_as_those_of_the_file()
    {
        Dictionary<string, JsonNode> held = VectorFolder.Read("waybills")["vectors"]!.AsArray().ToDictionary(one => one!["name"]!.GetValue<string>(), one => one!);
        foreach (WaybillExample example in All())
        {
            JsonObject judged = Judged(example.Bytes, example.Authority);
            Assert.Equal((example.Name, example.Reason.ToString()), (example.Name, judged["reason"]?.GetValue<string>() ?? nameof(Refusal.None)));
            Assert.True(JsonNode.DeepEquals(held[example.Name]["says"], judged["says"] is { } says ? JsonNode.Parse(says.ToJsonString()) : null), example.Name);
        }
    }

    [Fact]
    public void The_two_sides_of_the_fork_show_different_entries_at_one_index()
    {
        WaybillExample[] all = [.. WaybillExamples.Accepted()];
        WaybillReport one = Check(all.Single(example => example.Name == WaybillExamples.Fork));
        WaybillReport other = Check(all.Single(example => example.Name == WaybillExamples.OtherFork));
        Assert.Equal((one.Log, one.Entries[0].Index), (other.Log, other.Entries[0].Index));
        Assert.NotEqual(one.Entries[0].Judged.Entry!.Bytes.ToArray(), other.Entries[0].Judged.Entry!.Bytes.ToArray());
    }

    [Fact(Explicit = true)]
    public void Write_the_waybills_anew()
    {
        List<JsonObject> vectors = [];
        List<string> wrong = [];
        foreach (WaybillExample example in All())
        {
            JsonObject vector = new()
            {
                ["name"] = example.Name,
                ["kind"] = "waybill",
                ["with"] = new JsonObject { ["authority"] = example.Authority },
                ["bytes"] = Convert.ToHexStringLower(example.Bytes),
            };
            JsonObject judged = Judged(example.Bytes, example.Authority);
            string reason = judged["reason"]?.GetValue<string>() ?? nameof(Refusal.None);
            if (reason != example.Reason.ToString())
            {
                wrong.Add($"{example.Name}: {reason}");
            }

            foreach ((string key, JsonNode? value) in judged)
            {
                vector[key] = value!.DeepClone();
            }

            vectors.Add(vector);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        VectorFolder.Write("waybills", "Whole waybills, judged from the key that 'with' names as the pinned authority's: what they prove, or why they are refused.", vectors);
    }

    private static IEnumerable<WaybillExample> All() => WaybillExamples.Accepted().Concat(RefusedWaybills.All());

    private static WaybillReport Check(WaybillExample example) => WaybillJudge.Check(example.Bytes, VectorKeys.Signer(example.Authority).PublicKey);

    private static JsonObject Judged(byte[] bytes, string authority)
    {
        try
        {
            return new JsonObject { ["says"] = WaybillSays.Of(WaybillJudge.Check(bytes, VectorKeys.Signer(authority).PublicKey)) };
        }
        catch (MessageException refused)
        {
            return new JsonObject { ["reason"] = refused.Reason.ToString(), ["number"] = (int)refused.Reason };
        }
    }
}
