import type { Bytes } from "./bytes.js";
import { cbor } from "./cbor-writer.js";
import type { PublicKey } from "./key.js";
import { KeyUse, pointOf } from "./key.js";
import { isHigh } from "./p256.js";
import { refuse } from "./refusal.js";

const empty: Bytes = new Uint8Array(0);

/** What a COSE_Sign1 signs. */
export function sigStructure(bodyProtected: Bytes, payload: Bytes, externalAad: Bytes = empty): Bytes {
    return cbor.array(
        cbor.text("Signature1"),
        cbor.bytes(bodyProtected),
        cbor.bytes(externalAad),
        cbor.bytes(payload),
    );
}

/** What a countersignature signs: the head with its root and its signature. */
export function countersignStructure(
    headProtected: Bytes,
    countersignatureProtected: Bytes,
    root: Bytes,
    headSignature: Bytes,
): Bytes {
    return cbor.array(
        cbor.text("CounterSignatureV2"),
        cbor.bytes(headProtected),
        cbor.bytes(countersignatureProtected),
        cbor.bytes(empty),
        cbor.bytes(root),
        cbor.array(cbor.bytes(headSignature)),
    );
}

/** ES256 with s of at most n/2; refuses what does not verify. */
export async function verifySignature(key: PublicKey, signature: Bytes, content: Bytes): Promise<void> {
    if (key.use !== KeyUse.signing) {
        refuse("WrongAlgorithm", "a key that is not for signing");
    }
    if (isHigh(signature)) {
        refuse("HighSignature", "s is above n/2");
    }
    const imported = await importedKey(key);
    if (!(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, signature, content))) {
        refuse("BadSignature", "the signature does not match key and content");
    }
}

const imported = new WeakMap<PublicKey, Promise<CryptoKey>>();

function importedKey(key: PublicKey): Promise<CryptoKey> {
    let promise = imported.get(key);
    if (promise === undefined) {
        promise = crypto.subtle.importKey("raw", pointOf(key), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
        imported.set(key, promise);
    }
    return promise;
}
