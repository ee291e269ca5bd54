namespace Sealway.Cloud;

using System.Collections.Concurrent;
using Sealway.Links;
using Sealway.Messages;

/// <summary>What one fleet's links have counted since the start. Safe for use by several threads.</summary>
internal sealed class TenantCounts
{
    private readonly ConcurrentDictionary<Refusal, long> _refused = new();
    private readonly ConcurrentDictionary<LinkRefusal, long> _links = new();
    private long _commands;

    /// <summary>Follow messages refused, by reason.</summary>
    public IReadOnlyDictionary<string, long> Refused => _refused.OrderBy(pair => pair.Key).ToDictionary(pair => pair.Key.ToString(), pair => pair.Value);

    /// <summary>Connections and requests refused, by reason.</summary>
    public IReadOnlyDictionary<string, long> Links => _links.OrderBy(pair => pair.Key).ToDictionary(pair => pair.Key.ToString(), pair => pair.Value);

    /// <summary>Command slots relayed, most of them empty.</summary>
    public long Commands => Interlocked.Read(ref _commands);

    public void Refuse(Refusal reason) => _refused.AddOrUpdate(reason, 1, (_, count) => count + 1);

    public void Refuse(LinkRefusal reason) => _links.AddOrUpdate(reason, 1, (_, count) => count + 1);

    public void Command() => Interlocked.Increment(ref _commands);
}
