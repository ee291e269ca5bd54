import { openAesGcm } from "./aes-gcm.js";
import type { Bytes } from "./bytes.js";
import { ascii, concat, equal } from "./bytes.js";
import { encStructure, epochContext } from "./enc-structure.js";
import type { Envelope, EpochId } from "./envelope.js";
import { sha256 } from "./hash.js";
import type { AgreementPrivateKey } from "./hpke.js";
import type { LogId } from "./log-id.js";
import { openEnvelope } from "./open-envelope.js";
import { refuse } from "./refusal.js";
import type { Sealed } from "./sealed.js";
import { stepBytes } from "./sealed.js";

/** An epoch's key, as a member has it. */
export interface EpochKey {
    readonly epoch: EpochId;
    readonly key: Bytes;
}

const ivBeforeStep: Bytes = new Uint8Array(10);

/** Opens an epoch with a member's key. */
export async function openEpoch(envelope: Envelope, log: LogId, member: AgreementPrivateKey): Promise<EpochKey> {
    const key = await openEnvelope(envelope, log, member);
    if (key.length !== 32) {
        refuse("WrongCount", `an epoch's key of ${key.length} bytes`);
    }
    return { epoch: envelope.epoch, key };
}

/** What the first slot of the epoch carries of its key. */
export function epochKeyHash(key: Bytes): Promise<Bytes> {
    return sha256(ascii("Sealway epoch key"), key);
}

/** Refuses a granted key that is not the one whose hash the epoch's first slot carries. */
export async function checkEpochKey(key: EpochKey, keyHash: Bytes): Promise<void> {
    if (!equal(await epochKeyHash(key.key), keyHash)) {
        refuse("GrantMismatch", "not the key that the epoch began with");
    }
}

/** The key of one step: it encrypts once. */
export async function stepKey(key: Bytes, step: number): Promise<Bytes> {
    const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const info = concat(ascii("Sealway step"), stepBytes(step), Uint8Array.of(1));
    return new Uint8Array(await crypto.subtle.sign("HMAC", hmac, info));
}

/** Opens a sealed slot of a log; the plaintext is still to be read. */
export async function openSealed(sealed: Sealed, log: LogId, { epoch, key }: EpochKey): Promise<Bytes> {
    if (sealed.epoch !== epoch) {
        refuse("UnknownEpoch", "a slot of another epoch");
    }
    return openAesGcm(
        await stepKey(key, sealed.step),
        concat(ivBeforeStep, stepBytes(sealed.step)),
        encStructure("Encrypt0", sealed.protected, epochContext(log, epoch)),
        sealed.ciphertext,
    );
}
