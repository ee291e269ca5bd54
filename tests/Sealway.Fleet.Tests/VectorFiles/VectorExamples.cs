namespace Sealway.Fleet.Tests.VectorFiles;

/// <summary>Messages that other files of docs/vectors have.</summary>
internal static class VectorExamples
{
    public static byte[] Body(string file, string name) => Convert.FromHexString(
        VectorFolder.Read(file)["vectors"]!.AsArray().Single(one => one!["name"]!.GetValue<string>() == name)!["bytes"]!.GetValue<string>());
}
