import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { HeadSignature } from "./head.js";
import { emptyHeader, readClaims, readEmptyHeader, readHeader, readSigner } from "./header.js";
import type { PublicKey } from "./key.js";
import type { Kid } from "./kid.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";
import { countersignStructure, verifySignature } from "./signature.js";

/** A follower's word on a head: consistent with all before, and its entries from `from` on durably held (section 7). */
export interface Countersignature {
    readonly kid: Kid;
    readonly seconds: number;
    readonly registrySize: number;
    readonly from: number;
    readonly protected: Bytes;
    readonly signature: Bytes;
}

const registrySizeClaim = -65538;
const fromClaim = -65539;

export function decodeCountersignature(bytes: Bytes): Countersignature {
    if (bytes.length > Limits.countersignature) {
        refuse("TooLong", `a countersignature of ${bytes.length} bytes`);
    }
    return readWhole(bytes, readCountersignature);
}

export function readCountersignature(reader: CborReader): Countersignature {
    const start = reader.position;
    reader.arrayOf(3);
    const protectedBytes = reader.byteString();
    const header = readCountersignatureHeader(protectedBytes);
    readEmptyHeader(reader);
    const signature = reader.bytes(64);
    if (reader.position - start > Limits.countersignature) {
        refuse("TooLong", "a countersignature beyond its limit");
    }
    return { ...header, protected: protectedBytes, signature };
}

/** A list of them beside a head. */
export function readCountersignatures(reader: CborReader, min: number): Countersignature[] {
    const count = reader.arrayOf(min, Limits.countersignatures);
    return Array.from({ length: count }, () => readCountersignature(reader));
}

export function encodeCountersignature(countersignature: Countersignature): Bytes {
    const claims = cbor.fields(
        [6, cbor.integer(countersignature.seconds)],
        [registrySizeClaim, cbor.integer(countersignature.registrySize)],
        [fromClaim, cbor.integer(countersignature.from)],
    );
    const header = cbor.fields(
        [1, cbor.integer(-7)],
        [4, cbor.bytes(fromHex(countersignature.kid))],
        [15, claims],
    );
    return cbor.array(cbor.bytes(header), emptyHeader(), cbor.bytes(countersignature.signature));
}

export async function verifyCountersignature(
    countersignature: Countersignature,
    head: HeadSignature,
    root: Bytes,
    key: PublicKey,
): Promise<void> {
    await verifySignature(
        key,
        countersignature.signature,
        countersignStructure(head.protected, countersignature.protected, root, head.signature),
    );
}

function readCountersignatureHeader(bytes: Bytes): Omit<Countersignature, "protected" | "signature"> {
    return readHeader(bytes, 3, (reader) => {
        const kid = readSigner(reader);
        return readClaims(reader, 3, 3, () => {
            reader.label(6);
            const seconds = reader.unsigned(Limits.seconds);
            reader.label(registrySizeClaim);
            const registrySize = reader.unsigned();
            reader.label(fromClaim);
            return { kid, seconds, registrySize, from: reader.unsigned() };
        });
    });
}
