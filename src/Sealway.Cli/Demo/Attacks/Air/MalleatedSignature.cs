namespace Sealway.Cli.Demo.Attacks;

using System.Globalization;
using System.Numerics;

/// <summary>The signature is replaced by its twin, (r, n − s), which any ECDSA library takes: the same content in other bytes.</summary>
internal sealed class MalleatedSignature : AirAttack
{
    private const int Tries = 6;
    private const int Half = 32;

    // The order of P-256, SEC 2 section 2.4.2.
    private static readonly BigInteger Order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public override string Name => "a signature replaced by its twin";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        (AirProxy proxy, Part sensor) = await ListenInAsync(scene, "air-malleated", 2, stop).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            HealthEye eye = await HealthEye.Open(scene.Ward, stop, "refusedBy.HighSignature").ConfigureAwait(false);
            int made = 0;
            proxy.Change(message =>
            {
                eye.Struck();
                return [made++ < Tries ? Twin(message) : message];
            });
            Noticed noticed = await eye.See(Tries, stop).ConfigureAwait(false);
            await sensor.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            return noticed;
        }
    }

    // A reading ends with its signature's r and s.
    private static byte[] Twin(byte[] reading)
    {
        byte[] twin = [.. reading];
        Span<byte> s = twin.AsSpan(twin.Length - Half);
        BigInteger other = Order - new BigInteger(s, isUnsigned: true, isBigEndian: true);
        s.Clear();
        byte[] bytes = other.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(s[(Half - bytes.Length)..]);
        return twin;
    }
}
