namespace Sealway.Cli.Demo.Attacks;

using System.Globalization;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>A genuine waybill is altered to say otherwise: another value, another time, another sensor's reading, other people's keys. <c>sealway verify</c> is asked.</summary>
internal sealed class StolenWaybill : MemberAttack
{
    public override string Name => "a stolen waybill altered to say otherwise";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        string authority = new FleetFolder(scene.Folders.HospitalFleet).AuthorityPin;
        byte[] genuine = await ProveAsync(scene, scene.Plan.Ward[0].Name, stop).ConfigureAwait(false);
        byte[] other = await ProveAsync(scene, scene.Plan.Ward[1].Name, stop).ConfigureAwait(false);
        (int code, string _) = await VerifyAsync(scene, "genuine", genuine, authority, stop).ConfigureAwait(false);
        if (code != 0)
        {
            throw new IOException("the genuine waybill does not verify");
        }

        List<(string What, byte[] Bytes)> altered = [.. Altered(Waybill.FromUntrusted(genuine), Waybill.FromUntrusted(other))];
        List<string> reasons = [];
        double slowest = 0;
        foreach ((string what, byte[] bytes) in altered)
        {
            long begin = TimeProvider.System.GetTimestamp();
            (int refused, string output) = await VerifyAsync(scene, what, bytes, authority, stop).ConfigureAwait(false);
            slowest = Math.Max(slowest, TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
            if (refused == 1 && output.Contains("NOT AUTHENTIC", StringComparison.Ordinal))
            {
                reasons.Add(what);
            }
        }

        return reasons.Count == altered.Count
            ? new Noticed(altered.Count, altered.Count, "sealway verify", $"NOT AUTHENTIC: {string.Join(", ", reasons)}", slowest)
            : throw new Unnoticed(altered.Count, reasons.Count, $"sealway verify took: {string.Join(", ", altered.Select(one => one.What).Except(reasons))}");
    }

    private static IEnumerable<(string What, byte[] Bytes)> Altered(Waybill genuine, Waybill other)
    {
        int last = genuine.Log.Entries.Count - 1;
        Entry entry = Entry.FromUntrusted(genuine.Log.Entries[last]);
        byte[] value = entry.Body.ToArray();

        // The payload ends 66 bytes before the reading's end; its last byte is of the value.
        value[^67] ^= 1;
        yield return ("another value", With(genuine, last, Entry.Create(entry.Kind, entry.At, value).Bytes));
        yield return ("another time", With(genuine, last, Entry.Create(entry.Kind, entry.At - 3_600_000, entry.Body).Bytes));
        yield return ("another's reading", With(genuine, last, other.Log.Entries[^1]));
        yield return ("another's registry", new Waybill(genuine.Log, other.Registry).ToArray());
        yield return ("statements exchanged", new Waybill(genuine.Log, Evidence.Create(genuine.Registry.Receipt, [.. genuine.Registry.Entries.Reverse()])).ToArray());
        using SigningKey made = SigningKey.Generate();
        Kid claimed = Reading.FromUntrusted(entry.Body).Kid;
        byte[] invented = ForgedReading.Sign(made, Reading.FromUntrusted(entry.Body).Number, 44);
        yield return ($"a reading by a made-up key for {claimed.ToString()[..4]}", With(genuine, last, Entry.Create(entry.Kind, entry.At, invented).Bytes));
    }

    private static byte[] With(Waybill waybill, int place, ReadOnlyMemory<byte> entry)
    {
        ReadOnlyMemory<byte>[] entries = [.. waybill.Log.Entries];
        entries[place] = entry;
        return new Waybill(Evidence.Create(waybill.Log.Receipt, entries), waybill.Registry).ToArray();
    }

    private static async Task<byte[]> ProveAsync(AttackScene scene, string sensor, CancellationToken stop)
    {
        string file = Path.Combine(scene.Folders.Parts, $"stolen-{sensor}.waybill");
        (int code, string output) = await scene.CommandAsync($"prove-{sensor}", stop, "archive", "prove", Path.Combine(scene.Folders.Parts, "archive.json"), "--sensor", sensor, "--out", file).ConfigureAwait(false);
        return code == 0 ? await File.ReadAllBytesAsync(file, stop).ConfigureAwait(false) : throw new IOException(output);
    }

    private static async Task<(int Code, string Output)> VerifyAsync(AttackScene scene, string what, byte[] bytes, string authority, CancellationToken stop)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"waybill-{what.Replace(' ', '-').Replace('\'', '-')}");
        string file = Path.Combine(scene.Folders.Parts, $"{name}.waybill");
        await File.WriteAllBytesAsync(file, bytes, stop).ConfigureAwait(false);
        return await scene.CommandAsync(name, stop, "verify", file, "--authority", authority).ConfigureAwait(false);
    }
}
