namespace Sealway.Messages.Tests;

using System.Security.Cryptography;

/// <summary>Private keys from their scalars, as vectors give them.</summary>
internal static class PrivateKeys
{
    public static AgreementKey Agreement(ReadOnlySpan<byte> scalar)
    {
        byte[] d = Padded(scalar);
        using ECDiffieHellman key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
        return AgreementKey.FromScalar(d, PublicKey.FromParameters(key.ExportParameters(includePrivateParameters: false), KeyUse.Agree));
    }

    public static SigningKey Signing(ReadOnlySpan<byte> scalar)
    {
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Padded(scalar) });
        return SigningKey.FromPem(key.ExportPkcs8PrivateKeyPem());
    }

    private static byte[] Padded(ReadOnlySpan<byte> scalar)
    {
        scalar = scalar.TrimStart((byte)0);
        byte[] d = new byte[32];
        scalar.CopyTo(d.AsSpan(32 - scalar.Length));
        return d;
    }
}
