namespace Sealway.Messages.Tests;

using System.Text.Json.Nodes;

/// <summary>The parties of the examples. Their private keys are published beside the vectors, so nobody must ever enrol them.</summary>
internal static class Parties
{
    private static readonly Dictionary<string, byte> Signers = new()
    {
        ["authority"] = 0x01,
        ["sensor"] = 0x11,
        ["gateway"] = 0x12,
        ["cloud"] = 0x13,
        ["archive"] = 0x14,
        ["app"] = 0x15,
        ["registrar"] = 0x16,
        ["next-sensor"] = 0x17,
        ["next-authority"] = 0x18,
        ["recovery"] = 0x19,
        ["next-recovery"] = 0x1A,
        ["next-gateway"] = 0x1B,
        ["next-archive"] = 0x1C,
        ["next-registrar"] = 0x1D,
        ["other-gateway"] = 0x1E,
        ["other-sensor"] = 0x1F,
    };

    private static readonly Dictionary<string, byte> Agreements = new()
    {
        ["gateway-hpke"] = 0x22,
        ["member-0"] = 0x30,
        ["member-1"] = 0x31,
        ["member-2"] = 0x32,
        ["member-3"] = 0x33,
        ["member-4"] = 0x34,
        ["member-5"] = 0x35,
        ["member-6"] = 0x36,
        ["member-7"] = 0x37,
        ["stranger"] = 0x3F,
    };

    private static readonly Dictionary<string, SigningKey> SigningKeys = Signers.ToDictionary(one => one.Key, one => PrivateKeys.Signing(Scalar(one.Value)));

    private static readonly Dictionary<string, AgreementKey> AgreementKeys = Agreements.ToDictionary(one => one.Key, one => PrivateKeys.Agreement(Scalar(one.Value)));

    public static SigningKey Signer(string name) => SigningKeys[name];

    public static AgreementKey Agreement(string name) => AgreementKeys[name];

    public static IReadOnlyList<string> Members { get; } = [.. Enumerable.Range(0, 8).Select(i => $"member-{i}")];

    /// <summary>Every key with its private scalar, as docs/vectors/keys.json has them.</summary>
    public static JsonArray Describe() =>
    [
        .. Signers.Select(one => Describe(one.Key, one.Value, Signer(one.Key).PublicKey)),
        .. Agreements.Select(one => Describe(one.Key, one.Value, Agreement(one.Key).PublicKey)),
    ];

    private static JsonObject Describe(string name, byte scalar, PublicKey key) => new()
    {
        ["name"] = name,
        ["use"] = key.Use == KeyUse.Sign ? "sign" : "agree",
        ["private"] = Convert.ToHexStringLower(Scalar(scalar)),
        ["kid"] = key.Kid.ToString(),
        ["coseKey"] = Convert.ToHexStringLower(key.ToCoseKey()),
    };

    private static byte[] Scalar(byte value) => [.. Enumerable.Repeat(value, 32)];
}
