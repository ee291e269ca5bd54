namespace Sealway.TlsCheck.Keys;

using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Key pairs for one check, made when first wanted. They are used for several handshakes: nothing secret is ever sent over them.</summary>
internal sealed class KeyShares : IDisposable
{
    private static readonly SecureRandom Random = new();
    private readonly Lock _making = new();
    private readonly Dictionary<ushort, ECDiffieHellman> _curves = [];
    private readonly X25519PrivateKeyParameters _x25519 = new(Random);
    private X448PrivateKeyParameters? _x448;
    private MLKemPrivateKeyParameters? _mlKem;
    private readonly Dictionary<ushort, DHPrivateKeyParameters> _fields = [];
    private readonly Dictionary<ushort, byte[]> _publics = [];

    /// <summary>What TLS 1.3 servers echo, so that middle boxes see an old session (RFC 8446 appendix D.4).</summary>
    public byte[] SessionId { get; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>What nearly every server of TLS 1.3 has one of.</summary>
    public IReadOnlyList<(ushort Group, byte[] Share)> Usual => [Of(NamedGroups.X25519), Of(NamedGroups.Secp256r1)];

    /// <summary>Whether keys of a group can be made here.</summary>
    public static bool Knows(ushort group) => group is NamedGroups.X25519 or NamedGroups.X448 or NamedGroups.X25519MlKem768 or (>= 256 and <= 258) || Curve(group) is not null;

    /// <summary>Our public key in a group, as <c>key_share</c> carries it.</summary>
    public (ushort Group, byte[] Share) Of(ushort group)
    {
        lock (_making)
        {
            if (!_publics.TryGetValue(group, out byte[]? share))
            {
                share = Make(group);
                _publics.Add(group, share);
            }

            return (group, share);
        }
    }

    /// <summary>The secret shared with the peer.</summary>
    /// <exception cref="MalformedException">The peer's key is none of the group.</exception>
    public byte[] Agree(ushort group, byte[] peer)
    {
        _ = Of(group);
        try
        {
            return group switch
            {
                NamedGroups.X25519 => X25519(peer),
                NamedGroups.X448 => X448(peer),
                NamedGroups.X25519MlKem768 => Hybrid(peer),
                >= 256 and <= 260 => Field(group, peer),
                _ => OnCurve(group, peer),
            };
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException or InvalidOperationException or Org.BouncyCastle.Crypto.CryptoException or ArithmeticException)
        {
            throw new MalformedException($"a public key that is none of {NamedGroups.Of(group).Name}");
        }
    }

    public void Dispose()
    {
        foreach (ECDiffieHellman key in _curves.Values)
        {
            key.Dispose();
        }
    }

    private static ECCurve? Curve(ushort group) => group switch
    {
        NamedGroups.Secp256r1 => ECCurve.NamedCurves.nistP256,
        NamedGroups.Secp384r1 => ECCurve.NamedCurves.nistP384,
        NamedGroups.Secp521r1 => ECCurve.NamedCurves.nistP521,
        26 or 31 => ECCurve.NamedCurves.brainpoolP256r1,
        27 or 32 => ECCurve.NamedCurves.brainpoolP384r1,
        28 or 33 => ECCurve.NamedCurves.brainpoolP512r1,
        _ => null,
    };

    private static DHParameters FieldOf(ushort group) => group switch
    {
        NamedGroups.Ffdhe2048 => DHStandardGroups.rfc7919_ffdhe2048,
        257 => DHStandardGroups.rfc7919_ffdhe3072,
        258 => DHStandardGroups.rfc7919_ffdhe4096,
        _ => throw new ArgumentException($"no keys for group {group}"),
    };

    private byte[] Make(ushort group)
    {
        switch (group)
        {
            case NamedGroups.X25519:
                return _x25519.GeneratePublicKey().GetEncoded();
            case NamedGroups.X448:
                _x448 = new X448PrivateKeyParameters(Random);
                return _x448.GeneratePublicKey().GetEncoded();
            case NamedGroups.X25519MlKem768:
                MLKemKeyPairGenerator generator = new();
                generator.Init(new MLKemKeyGenerationParameters(Random, MLKemParameters.ml_kem_768));
                Org.BouncyCastle.Crypto.AsymmetricCipherKeyPair pair = generator.GenerateKeyPair();
                _mlKem = (MLKemPrivateKeyParameters)pair.Private;
                return [.. ((MLKemPublicKeyParameters)pair.Public).GetEncoded(), .. _x25519.GeneratePublicKey().GetEncoded()];
            case >= 256 and <= 260:
                DHKeyPairGenerator fields = new();
                fields.Init(new DHKeyGenerationParameters(Random, FieldOf(group)));
                Org.BouncyCastle.Crypto.AsymmetricCipherKeyPair made = fields.GenerateKeyPair();
                _fields[group] = (DHPrivateKeyParameters)made.Private;
                return Padded(((DHPublicKeyParameters)made.Public).Y, FieldOf(group).P);
            default:
                ECDiffieHellman key = ECDiffieHellman.Create(Curve(group) ?? throw new ArgumentException($"no keys for group {group}"));
                _curves[group] = key;
                ECPoint q = key.ExportParameters(false).Q;
                return [4, .. q.X!, .. q.Y!];
        }
    }

    private static byte[] Padded(BigInteger number, BigInteger prime)
    {
        byte[] bytes = number.ToByteArrayUnsigned();
        return [.. new byte[((prime.BitLength + 7) / 8) - bytes.Length], .. bytes];
    }

    private byte[] X25519(byte[] peer)
    {
        X25519Agreement agreement = new();
        agreement.Init(_x25519);
        byte[] secret = new byte[agreement.AgreementSize];
        agreement.CalculateAgreement(new X25519PublicKeyParameters(peer), secret, 0);
        return secret;
    }

    private byte[] X448(byte[] peer)
    {
        X448Agreement agreement = new();
        agreement.Init(_x448!);
        byte[] secret = new byte[agreement.AgreementSize];
        agreement.CalculateAgreement(new X448PublicKeyParameters(peer), secret, 0);
        return secret;
    }

    private byte[] Hybrid(byte[] peer)
    {
        MLKemDecapsulator decapsulator = new(MLKemParameters.ml_kem_768);
        decapsulator.Init(_mlKem!);
        if (peer.Length != decapsulator.EncapsulationLength + X25519PublicKeyParameters.KeySize)
        {
            throw new ArgumentException("the length is wrong");
        }

        byte[] secret = new byte[decapsulator.SecretLength];
        decapsulator.Decapsulate(peer, 0, decapsulator.EncapsulationLength, secret, 0, secret.Length);
        return [.. secret, .. X25519(peer[decapsulator.EncapsulationLength..])];
    }

    private byte[] Field(ushort group, byte[] peer)
    {
        DHParameters parameters = FieldOf(group);
        DHBasicAgreement agreement = new();
        agreement.Init(_fields[group]);
        return Padded(agreement.CalculateAgreement(new DHPublicKeyParameters(new BigInteger(1, peer), parameters)), parameters.P);
    }

    private byte[] OnCurve(ushort group, byte[] peer)
    {
        ECDiffieHellman own = _curves[group];
        int size = (own.KeySize + 7) / 8;
        if (peer.Length != 1 + (2 * size) || peer[0] != 4)
        {
            throw new ArgumentException("not an uncompressed point");
        }

        using ECDiffieHellman other = ECDiffieHellman.Create(new ECParameters
        {
            Curve = Curve(group)!.Value,
            Q = new ECPoint { X = peer[1..(1 + size)], Y = peer[(1 + size)..] },
        });
        return own.DeriveRawSecretAgreement(other.PublicKey);
    }
}
