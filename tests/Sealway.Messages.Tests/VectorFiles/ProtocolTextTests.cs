namespace Sealway.Messages.Tests;

using System.Text.RegularExpressions;
using Sealway.Testing;
using Xunit;

/// <summary>The numbers in docs/protocol.md are those of the code.</summary>
public partial class ProtocolTextTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "protocol.md"));

    [Fact]
    public void The_table_of_refusals_is_the_list_of_refusals()
    {
        string section = Section("## 15 ");
        IEnumerable<(int, string)> listed = Row().Matches(section).Select(row => (int.Parse(row.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), row.Groups[2].Value));
        Assert.Equal(Enum.GetValues<Refusal>().Select(one => ((int)one, one.ToString())), listed);
    }

    [Fact]
    public void The_table_of_events_has_every_type()
    {
        IEnumerable<int> listed = Row().Matches(Section("## 6 ")).Select(row => int.Parse(row.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enum.GetValues<EventType>().Select(one => (int)one), listed);
    }

    [Fact]
    public void The_limits_are_those_of_the_code()
    {
        string section = Section("## 16 ");
        foreach (long limit in new long[]
        {
            Limits.EntryBytes, Limits.ReadingBytes, Limits.HeadBytes, Limits.CountersignatureBytes, Limits.ReceiptProofs, Limits.LargestSlotBytes, Limits.CommandSlotBytes,
            (long)Limits.CommandLifeMilliseconds, Limits.StatusRevocations, Limits.ErasedEntries, Limits.CertificateBytes, Limits.SmallestSlotBytes, Sealer.Steps,
        })
        {
            Assert.Contains(limit.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_file_of_vectors_stands_in_the_text()
    {
        string section = Section("## 18 ");
        foreach (string file in Directory.GetFiles(VectorFiles.Folder, "*.json"))
        {
            Assert.Contains(Path.GetFileNameWithoutExtension(file), section, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"^\| (\d+) \| ([A-Za-z ]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    private static string Section(string title)
    {
        string from = Text[(Text.IndexOf("\n" + title, StringComparison.Ordinal) + 1)..];
        int end = from.IndexOf("\n## ", StringComparison.Ordinal);
        return end < 0 ? from : from[..end];
    }
}
