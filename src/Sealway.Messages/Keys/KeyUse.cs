namespace Sealway.Messages;

/// <summary>What a key is for; one key has one use. The values are the COSE algorithm numbers that a COSE_Key names.</summary>
public enum KeyUse
{
    /// <summary>ES256 signatures (RFC 9053 section 2.1).</summary>
    Sign = -7,

    /// <summary>HPKE-7-KE: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (draft-ietf-cose-hpke).</summary>
    Agree = CoseLabels.HpkeKeyEncryption,
}
