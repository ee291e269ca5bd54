namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>A status of everything that the registry has withdrawn, divided into pages where one does not hold it.</summary>
internal static class StatusPages
{
    public static IReadOnlyList<Status> Of(RegistryView view, ulong through, int perPage = Limits.StatusRevocations)
    {
        (Kid Key, ulong SinceMilliseconds)[] all = [.. view.Withdrawals.Select(one => (one.Key, one.SinceMilliseconds))];
        if (all.Length <= perPage)
        {
            return [new Status(through, all)];
        }

        List<Status> pages = [];
        Kid first = StatusRange.Lowest;
        for (int taken = 0; taken < all.Length; taken += perPage)
        {
            (Kid Key, ulong SinceMilliseconds)[] page = all[taken..Math.Min(taken + perPage, all.Length)];
            Kid last = taken + perPage >= all.Length ? StatusRange.Highest : StatusRange.Before(all[taken + perPage].Key);
            pages.Add(new Status(through, page, (first, last)));
            if (last != StatusRange.Highest)
            {
                first = StatusRange.After(last);
            }
        }

        return pages;
    }
}
