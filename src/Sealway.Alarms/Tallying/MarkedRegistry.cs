namespace Sealway.Alarms;

using Sealway.Fleet;

/// <summary>
/// The registry as each entry of a log was judged with: the enrolments of now, so that what is pending is so in whatever is
/// compared with it, and the withdrawals of then.
/// </summary>
/// <param name="marks">With which withdrawals the log was judged; the log's own list, which may grow meanwhile.</param>
/// <param name="registry">The registry now.</param>
/// <param name="viewAt">What the registry said at a size.</param>
internal sealed class MarkedRegistry(IReadOnlyList<RegistryMark> marks, RegistryView registry, Func<ulong, RegistryView> viewAt)
{
    private readonly Dictionary<ulong, RegistryView> _views = [];

    /// <summary>How much of the registry an entry was judged with, as far as withdrawals go.</summary>
    public ulong SizeAt(ulong index)
    {
        ulong size = 0;
        foreach (RegistryMark mark in marks)
        {
            if (mark.From > index)
            {
                break;
            }

            size = mark.Size;
        }

        return size;
    }

    /// <summary>The registry that an entry was judged with.</summary>
    public RegistryView ViewAt(ulong index)
    {
        ulong size = SizeAt(index);
        if (!_views.TryGetValue(size, out RegistryView? view))
        {
            _views[size] = view = registry.WithdrawnAsOf(viewAt(size));
        }

        return view;
    }
}
