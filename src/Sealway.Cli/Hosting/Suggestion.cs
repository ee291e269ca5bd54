namespace Sealway.Cli.Hosting;

/// <summary>What somebody may have meant who wrote a word that is not known.</summary>
internal static class Suggestion
{
    /// <summary>The nearest of the known words, or null if none is near: at most a third of its letters differ, at least one may.</summary>
    public static string? For(string written, IEnumerable<string> known)
    {
        string? best = null;
        int least = int.MaxValue;
        foreach (string word in known)
        {
            int distance = Distance(written.ToUpperInvariant(), word.ToUpperInvariant());
            if (distance < least && distance <= Math.Max(1, word.Length / 3))
            {
                (best, least) = (word, distance);
            }
        }

        return best;
    }

    /// <summary>How many letters must be added, removed, changed or swapped with their neighbour to turn one word into the other.</summary>
    private static int Distance(string from, string to)
    {
        // Longer words are nobody's keys; the table below is quadratic.
        if (from.Length > 64 || to.Length > 64)
        {
            return int.MaxValue;
        }

        int[,] cost = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int change = cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(change, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[from.Length, to.Length];
    }
}
