namespace Sealway.Cloud;

using Sealway.Messages;

/// <summary>What waits to be sent to one gateway. A later word takes an earlier one's place, so that little ever waits.</summary>
internal sealed class GatewayMail
{
    // Commands are few, and apps repeat them.
    private const int MostCommands = 8;

    private readonly Lock _lock = new();
    private readonly Queue<CommandSlot> _commands = new();
    private bool _registry;
    private (LogId Log, ulong Size)? _countersigned;
    private bool _carried;

    /// <summary>The registry has grown.</summary>
    /// <returns>Whether somebody must begin to carry.</returns>
    public bool Registry() => Add(() => _registry = true);

    /// <summary>A head was countersigned.</summary>
    public bool Countersigned(LogId log, ulong size) => Add(() => _countersigned = (log, size));

    /// <summary>A command slot came.</summary>
    public bool Command(CommandSlot slot) => Add(() =>
    {
        if (_commands.Count == MostCommands)
        {
            _commands.Dequeue();
        }

        _commands.Enqueue(slot);
    });

    /// <summary>Takes what waits. False: nothing does, and whoever carried may go.</summary>
    public bool TryTake(out bool registry, out (LogId Log, ulong Size)? countersigned, out CommandSlot[] commands)
    {
        lock (_lock)
        {
            registry = _registry;
            countersigned = _countersigned;
            commands = [.. _commands];
            _registry = false;
            _countersigned = null;
            _commands.Clear();
            return _carried = registry || countersigned is not null || commands.Length > 0;
        }
    }

    private bool Add(Action add)
    {
        lock (_lock)
        {
            add();
            bool begin = !_carried;
            _carried = true;
            return begin;
        }
    }
}
