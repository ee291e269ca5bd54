namespace Sealway.Messages.Tests;

using System.Text.Json.Nodes;
using Xunit;

public class VectorFileTests
{
    [Theory]
    [InlineData("keys", 2)]
    [InlineData("readings", 18)]
    [InlineData("entries", 7)]
    [InlineData("events", 17)]
    [InlineData("statements", 20)]
    [InlineData("heads", 8)]
    [InlineData("sealing", 7)]
    [InlineData("commands", 6)]
    [InlineData("following", 13)]
    [InlineData("sensor-link", 3)]
    public void Every_vector_says_what_its_file_says(string file, int count)
    {
        JsonArray vectors = VectorFiles.Read(file)["vectors"]!.AsArray();
        Assert.Equal(count, vectors.Count);
        foreach (JsonNode? vector in vectors)
        {
            byte[] bytes = Convert.FromHexString(vector!["bytes"]!.GetValue<string>());
            Judged judged = MessageKinds.Judge(vector["kind"]!.GetValue<string>(), bytes, vector["with"]!.AsObject());
            JsonNode says = JsonNode.Parse(judged.Says.ToJsonString())!;
            Assert.True(JsonNode.DeepEquals(vector["says"], says), $"{file}, {vector["name"]}: {says.ToJsonString()}");
            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(judged.Again));
        }
    }

    [Fact]
    public void Every_refusal_vector_is_refused_for_its_reason()
    {
        JsonArray vectors = VectorFiles.Read("refusals")["vectors"]!.AsArray();
        Assert.Equal(RefusalVectors, vectors.Count);
        foreach (JsonNode? vector in vectors)
        {
            byte[] bytes = Convert.FromHexString(vector!["bytes"]!.GetValue<string>());
            MessageException refused = Assert.Throws<MessageException>(() => MessageKinds.Judge(vector["kind"]!.GetValue<string>(), bytes, vector["with"]!.AsObject()));
            Assert.Equal((vector["reason"]!.GetValue<string>(), vector["number"]!.GetValue<int>()), (refused.Reason.ToString(), (int)refused.Reason));
        }
    }

    [Fact]
    public void The_keys_of_the_vectors_are_the_published_ones() =>
        Assert.True(JsonNode.DeepEquals(VectorFiles.Read("keys")["keys"], JsonNode.Parse(Parties.Describe().ToJsonString())));

    [Fact]
    public void Every_file_of_vectors_is_run()
    {
        string[] run = ["commands", "entries", "events", "following", "heads", "keys", "readings", "refusals", "sealing", "sensor-link", "statements"];
        Assert.Equal(run, Directory.GetFiles(VectorFiles.Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).Where(one => !Elsewhere.Contains(one)));
    }

    [Fact(Explicit = true)]
    public void Write_the_vectors_anew() => VectorFiles.WriteAll();

    [Fact(Explicit = true)]
    public void Write_the_vectors_that_are_missing() => VectorFiles.WriteMissing();

    private const int RefusalVectors = 268;

    // Run by the tests of other parts.
    private static readonly string[] Elsewhere = ["registries", "verdicts", "waybills"];
}
