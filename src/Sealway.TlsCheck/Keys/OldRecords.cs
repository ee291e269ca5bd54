namespace Sealway.TlsCheck.Keys;

using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Both directions of a connection of TLS 1.0 to 1.2.</summary>
/// <param name="Sealer">Ours.</param>
/// <param name="Opener">The server's.</param>
internal sealed record OldRecords(IRecordSealer Sealer, IRecordOpener Opener)
{
    private const int SaltSize = 4;

    /// <summary>Cuts the key block (RFC 5246 section 6.3).</summary>
    /// <exception cref="MalformedException">The suite cannot be spoken here.</exception>
    public static OldRecords Of(CipherSuite suite, ProtocolVersion version, byte[] master, byte[] clientRandom, byte[] serverRandom)
    {
        BulkCipher cipher = BulkCipher.Of(suite) ?? throw new MalformedException($"{suite.Name} cannot be spoken here");
        bool cbc = cipher.BlockSize > 0;
        int mac = cbc ? cipher.MacSize : 0;
        int iv = cipher.Kind == BulkKind.ChaCha20Poly1305 ? 12 : cbc ? (version == ProtocolVersion.Tls10 ? cipher.BlockSize : 0) : SaltSize;
        byte[] block = OldKeys.Prf(version, suite.Hash, master, "key expansion", [.. serverRandom, .. clientRandom], 2 * (mac + cipher.KeySize + iv));
        WireReader reader = new(block);
        byte[] clientMac = reader.Take(mac).ToArray();
        byte[] serverMac = reader.Take(mac).ToArray();
        byte[] clientKey = reader.Take(cipher.KeySize).ToArray();
        byte[] serverKey = reader.Take(cipher.KeySize).ToArray();
        byte[] clientIv = reader.Take(iv).ToArray();
        byte[] serverIv = reader.Take(iv).ToArray();
        return cbc
            ? new OldRecords(new CbcRecords(cipher, version, clientKey, clientMac, clientIv), new CbcRecords(cipher, version, serverKey, serverMac, serverIv))
            : new OldRecords(new Tls12AeadRecords(cipher, clientKey, clientIv), new Tls12AeadRecords(cipher, serverKey, serverIv));
    }
}
