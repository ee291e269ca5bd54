import type { CborReader } from "./cbor-reader.js";
import { toHex } from "./bytes.js";

/** A key's id in 16 hexadecimal digits: the first 8 bytes of its thumbprint. It finds the key; the key verifies. */
export type Kid = string;

export const lowestKid: Kid = "0000000000000000";
export const highestKid: Kid = "ffffffffffffffff";

export function readKid(reader: CborReader): Kid {
    return toHex(reader.bytes(8));
}

/** The kid after a kid. */
export function nextKid(kid: Kid): Kid {
    return ((BigInt(`0x${kid}`) + 1n) & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, "0");
}
