import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import type { Bytes } from "./bytes.js";
import { refuse } from "./refusal.js";

/** The private key of an HPKE key pair. */
export type AgreementPrivateKey = CryptoKey;

function suite(): CipherSuite {
    return new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

/** A private key from its scalar of 32 bytes. */
export function importAgreementKey(scalar: Bytes): Promise<AgreementPrivateKey> {
    return suite().kem.deserializePrivateKey(scalar.slice().buffer);
}

export interface HpkeMessage {
    readonly enc: Bytes;
    readonly info: Bytes;
    readonly aad: Bytes;
    readonly ciphertext: Bytes;
}

/** Opens what was sealed in base mode, single shot. */
export async function openHpke(key: AgreementPrivateKey, message: HpkeMessage): Promise<Bytes> {
    const { enc, info, aad, ciphertext } = message;
    try {
        return new Uint8Array(
            await suite().open({ recipientKey: key, enc: buffer(enc), info: buffer(info) }, buffer(ciphertext), buffer(aad)),
        );
    } catch {
        return refuse("SealBroken", "not sealed to this key");
    }
}

function buffer(bytes: Bytes): ArrayBuffer {
    return bytes.slice().buffer;
}
