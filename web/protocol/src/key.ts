import type { Bytes } from "./bytes.js";
import { concat, equal, toHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { sha256 } from "./hash.js";
import type { Kid } from "./kid.js";
import { isOnCurve } from "./p256.js";
import { refuse } from "./refusal.js";

/** A key's one use, by the number of its algorithm. */
export const KeyUse = { signing: -7, agreement: 53 } as const;
export type KeyUse = (typeof KeyUse)[keyof typeof KeyUse];

/** A public key, a point on P-256 with its use (section 2). */
export interface PublicKey {
    readonly use: KeyUse;
    readonly x: Bytes;
    readonly y: Bytes;
}

export function readKey(reader: CborReader, use?: KeyUse): PublicKey {
    if (reader.map() !== 5) {
        refuse("WrongCount", "a COSE_Key has five fields");
    }
    reader.label(1);
    const type = reader.integer();
    reader.label(3);
    const algorithm = reader.integer();
    reader.label(-1);
    const curve = reader.integer();
    reader.label(-2);
    const x = reader.bytes(32);
    reader.label(-3);
    const y = reader.bytes(32);
    if ((algorithm !== KeyUse.signing && algorithm !== KeyUse.agreement) || (use !== undefined && algorithm !== use)) {
        return refuse("WrongAlgorithm", `a key for algorithm ${algorithm}`);
    }
    if (type !== 2 || curve !== 1 || !isOnCurve(x, y)) {
        refuse("BadKey", "not a point on P-256");
    }
    return { use: algorithm, x, y };
}

export function decodeKey(bytes: Bytes, use?: KeyUse): PublicKey {
    return readWhole(bytes, (reader) => readKey(reader, use));
}

export function writeKey(key: PublicKey): Bytes {
    return cbor.fields(
        [1, cbor.integer(2)],
        [3, cbor.integer(key.use)],
        [-1, cbor.integer(1)],
        [-2, cbor.bytes(key.x)],
        [-3, cbor.bytes(key.y)],
    );
}

/** The key as an uncompressed point. */
export function pointOf(key: PublicKey): Bytes {
    return concat(Uint8Array.of(4), key.x, key.y);
}

export async function kidOf(key: PublicKey): Promise<Kid> {
    const thumbprint = await sha256(
        cbor.fields([1, cbor.integer(2)], [-1, cbor.integer(1)], [-2, cbor.bytes(key.x)], [-3, cbor.bytes(key.y)]),
    );
    return toHex(thumbprint.subarray(0, 8));
}

export function samePoint(a: PublicKey, b: PublicKey): boolean {
    return equal(a.x, b.x) && equal(a.y, b.y);
}
