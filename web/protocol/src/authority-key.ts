import type { Bytes } from "./bytes.js";
import { equal, fromHex } from "./bytes.js";
import type { PublicKey } from "./key.js";
import { KeyUse } from "./key.js";
import { isOnCurve } from "./p256.js";
import { refuse } from "./refusal.js";

const spkiBeforePoint = fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

/** Reads `authority.pub`, the key that is pinned: a SubjectPublicKeyInfo in PEM. */
export function parseAuthorityKey(pem: string): PublicKey {
    const match = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----\s*$/.exec(pem);
    if (match === null) {
        return refuse("Malformed", "not a public key in PEM");
    }
    const spki = fromBase64((match[1] as string).replace(/\s/g, ""));
    if (spki.length !== 91 || !equal(spki.subarray(0, 26), spkiBeforePoint) || spki[26] !== 4) {
        refuse("BadKey", "not an uncompressed point on P-256");
    }
    const x = spki.subarray(27, 59);
    const y = spki.subarray(59);
    if (!isOnCurve(x, y)) {
        refuse("BadKey", "not a point on P-256");
    }
    return { use: KeyUse.signing, x, y };
}

function fromBase64(text: string): Bytes {
    try {
        return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    } catch {
        return refuse("Malformed", "not base64");
    }
}
