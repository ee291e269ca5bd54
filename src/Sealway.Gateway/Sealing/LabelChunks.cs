namespace Sealway.Gateway;

using System.Text;
using Sealway.Messages;

/// <summary>Divides labels among events that fit a slot.</summary>
internal static class LabelChunks
{
    // The heads of two texts.
    private const int PairBytes = 6;

    public static IEnumerable<LabelsEvent> Of(IReadOnlyDictionary<string, string> labels, int slotBytes)
    {
        int most = slotBytes / 2;
        Dictionary<string, string> chunk = [];
        int bytes = 0;
        foreach ((string name, string label) in labels.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            int pair = Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(label) + PairBytes;
            if (pair > most)
            {
                // A label is for people's eyes: one this long is left out rather than the slot filled with it.
                continue;
            }

            if (bytes + pair > most || chunk.Count == Limits.EventPairs)
            {
                yield return new LabelsEvent(chunk);
                chunk = [];
                bytes = 0;
            }

            chunk.Add(name, label);
            bytes += pair;
        }

        if (chunk.Count > 0)
        {
            yield return new LabelsEvent(chunk);
        }
    }
}
