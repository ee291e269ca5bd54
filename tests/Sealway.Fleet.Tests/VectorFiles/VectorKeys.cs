namespace Sealway.Fleet.Tests.VectorFiles;

using System.Security.Cryptography;
using System.Text.Json.Nodes;

/// <summary>The keys of docs/vectors/keys.json. Their private halves are published, so nobody must ever enrol them.</summary>
internal static class VectorKeys
{
    private static readonly Dictionary<string, SigningKey> Signers = VectorFolder.Read("keys")["keys"]!.AsArray()
        .Where(one => one!["use"]!.GetValue<string>() == "sign")
        .ToDictionary(one => one!["name"]!.GetValue<string>(), one => Load(one!["private"]!));

    public static SigningKey Signer(string name) => Signers[name];

    public static Kid Kid(string name) => Signers[name].PublicKey.Kid;

    private static SigningKey Load(JsonNode scalar)
    {
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Convert.FromHexString(scalar.GetValue<string>()) });
        return SigningKey.FromPem(key.ExportPkcs8PrivateKeyPem());
    }
}
