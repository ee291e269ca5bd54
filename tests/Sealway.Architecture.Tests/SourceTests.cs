namespace Sealway.Architecture.Tests;

using System.Text;
using System.Text.RegularExpressions;
using Xunit;

public sealed partial class SourceTests
{
    [Fact]
    public void A_file_holds_one_type_and_bears_its_name()
    {
        List<string> broken = [];
        foreach (string file in SourceFiles.Product)
        {
            string[] types = [.. TopLevelType().Matches(SourceFiles.Text(file)).Select(match => match.Groups["name"].Value).Distinct()];
            // Store.Reading.cs is a part of Store.
            string expected = Path.GetFileName(file).Split('.')[0];
            if (types.Length > 1)
            {
                broken.Add($"{file} holds {string.Join(", ", types)}");
            }
            else if (types.Length == 1 && types[0] != expected)
            {
                broken.Add($"{file} holds {types[0]}");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void A_namespace_is_that_of_the_folder()
    {
        List<string> broken = [];
        foreach (string file in SourceFiles.Product)
        {
            Match declared = FileScopedNamespace().Match(SourceFiles.Text(file));
            string expected = Path.GetDirectoryName(file)!.Replace('\\', '/')["src/".Length..].Replace('/', '.');
            if (declared.Success && declared.Groups["name"].Value != expected && !expected.StartsWith(declared.Groups["name"].Value + ".", StringComparison.Ordinal))
            {
                broken.Add($"{file} is in {declared.Groups["name"].Value}");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void The_product_asks_no_clock_but_the_time_provider()
    {
        List<string> broken = [];
        foreach (string file in SourceFiles.Product)
        {
            broken.AddRange(Clock().Matches(SourceFiles.Text(file)).Select(match => $"{file}: {match.Value}"));
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void Messages_does_no_input_or_output_and_knows_no_clock()
    {
        Assert.DoesNotContain(
            SourceFiles.Product,
            path => path.StartsWith("src/Sealway.Messages/", StringComparison.Ordinal) && InputOrOutput().IsMatch(SourceFiles.Text(path)));
    }

    [Fact]
    public void No_file_names_a_place_on_somebodys_machine()
    {
        // Put together here, so that this file does not name them either.
        string[] machines = ["/" + "work/", "/" + "tmp/wt"];
        string beside = ".." + "/shared";
        List<string> broken = [];
        foreach (string file in SourceFiles.Tracked)
        {
            string text = SourceFiles.Text(file);
            if (text.Contains('\0', StringComparison.Ordinal))
            {
                continue;
            }

            broken.AddRange(machines.Where(place => text.Contains(place, StringComparison.Ordinal)).Select(place => $"{file}: {place}"));
            if (!file.StartsWith("tests/", StringComparison.Ordinal) && text.Contains(beside, StringComparison.Ordinal))
            {
                broken.Add($"{file}: {beside}");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void A_test_is_named_as_a_sentence_and_does_not_sleep()
    {
        List<string> broken = [];
        foreach (string file in SourceFiles.Tests)
        {
            string text = SourceFiles.Text(file);
            broken.AddRange(TestMethod().Matches(text)
                .Select(match => match.Groups["name"].Value)
                .Where(name => !Sentence().IsMatch(name))
                .Select(name => $"{file}: {name}"));
            if (text.Contains("Thread" + ".Sleep(", StringComparison.Ordinal))
            {
                broken.Add($"{file} sleeps");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void Every_text_is_utf8_with_plain_line_ends()
    {
        UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        List<string> broken = [];
        foreach (string file in SourceFiles.Product.Concat(SourceFiles.Tests))
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(Testing.Repository.Root, file));
            if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) || strict.GetString(bytes).Contains('\r', StringComparison.Ordinal))
            {
                broken.Add(file);
            }
        }

        Assert.Empty(broken);
    }

    [GeneratedRegex(@"^(?:(?:public|internal|abstract|sealed|static|readonly|partial|unsafe|ref)\s+)*(?:record\s+struct|record\s+class|class|record|struct|interface|enum|delegate\s+\S+)\s+(?<name>[A-Za-z_]\w*)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex FileScopedNamespace();

    [GeneratedRegex(@"\bDateTime(?:Offset)?\.(?:Utc)?(?:Now|Today)\b|\bEnvironment\.TickCount|\bThread\.Sleep\(|\bStopwatch\.(?:StartNew|GetTimestamp)\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"\b(?:File|Directory|Console|Socket|TimeProvider|Environment|Process)\.|\bStream\b|\bHttpClient\b")]
    private static partial Regex InputOrOutput();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\n]*\][^;{]*?\b(?:void|Task|ValueTask)\s+(?<name>\w+)\s*\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$")]
    private static partial Regex Sentence();
}
