namespace Sealway.Fleet.Tests.VectorFiles;

using System.Text.Json.Nodes;

public sealed class RegistryVectorTests
{
    private const int Count = 11;

    [Fact]
    public void Every_registry_of_the_vectors_says_what_its_file_says()
    {
        JsonArray vectors = VectorFolder.Read("registries")["vectors"]!.AsArray();
        Assert.Equal(Count, vectors.Count);
        foreach (JsonNode? vector in vectors)
        {
            Registry registry = new(VectorKeys.Signer(vector!["with"]!["authority"]!.GetValue<string>()).PublicKey);
            foreach (JsonNode? entry in vector["entries"]!.AsArray())
            {
                registry.Apply(Convert.FromHexString(entry!.GetValue<string>()));
            }

            string says = RegistrySays.Of(registry.Current).ToJsonString();
            Assert.True(JsonNode.DeepEquals(vector["says"], JsonNode.Parse(says)), $"{vector["name"]}: {says}");
        }
    }

    [Fact]
    public void Registries_made_anew_have_no_other_entries_without_effect()
    {
        foreach (RegistryExample example in RegistryExamples.All())
        {
            Assert.Equal(example.Without, example.Registry.View().Anomalies.Select(one => (one.Index, one.Reason)));
        }
    }

    [Fact(Explicit = true)]
    public void Write_the_registries_anew() => VectorFolder.Write(
        "registries",
        "Whole registries from entry 0: which entries have no effect and why, and what the registry says at its end.",
        RegistryExamples.All().Select(example => new JsonObject
        {
            ["name"] = example.Name,
            ["kind"] = "registry",
            ["with"] = new JsonObject { ["authority"] = "authority" },
            ["entries"] = new JsonArray([.. example.Registry.Tree.Entries.Select(entry => JsonValue.Create(Convert.ToHexStringLower(entry)))]),
            ["says"] = RegistrySays.Of(example.Registry.View()),
        }));
}
