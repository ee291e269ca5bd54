namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>An attack with a gateway's keys: enrolled for it, so that the ward's own log stays what it is.</summary>
internal abstract class GatewayAttack : Attack
{
    public sealed override Attacker Attacker => Attacker.Gateway;

    /// <summary>The cloud's counters of the hospital, by their dotted path.</summary>
    protected static string AtCloud(string path) => $"{DemoFleets.Hospital}.{path}";

    /// <summary>Entries of genuine readings of a sensor, with these sequences of its first boot, a second apart, the last of them now.</summary>
    protected static IEnumerable<byte[]> Readings(AttackScene scene, string sensor, IReadOnlyList<uint> sequences)
    {
        using Identity keys = scene.Steal(true, sensor);
        ulong now = RogueGateway.Now;
        List<byte[]> entries = [];
        for (int i = 0; i < sequences.Count; i++)
        {
            entries.Add(RogueGateway.Reading(ForgedReading.Sign(keys.Signing, new ReadingNumber(1, sequences[i])), now - (ulong)((sequences.Count - i) * 1000)));
        }

        return entries;
    }
}
