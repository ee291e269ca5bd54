import type { Bytes } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { Countersignature } from "./countersignature.js";
import { encodeCountersignature, readCountersignatures } from "./countersignature.js";
import type { HeadSignature } from "./head.js";
import { encodeHeadHeader, readHeadHeader } from "./head.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";

export interface InclusionProof {
    readonly size: number;
    readonly index: number;
    readonly path: readonly Bytes[];
}

/** A head without its root, countersignatures on it, and proofs that lead to the root (section 7). */
export interface Receipt {
    readonly head: HeadSignature;
    readonly countersignatures: readonly Countersignature[];
    readonly proofs: readonly InclusionProof[];
}

const countersignaturesHeader = 11;
const proofsHeader = 396;
const inclusionProofs = -1;

export function decodeReceipt(bytes: Bytes): Receipt {
    if (bytes.length > Limits.receipt) {
        refuse("TooLong", `a receipt of ${bytes.length} bytes`);
    }
    return readWhole(bytes, readReceipt);
}

export function encodeReceipt(receipt: Receipt): Bytes {
    const countersignatures = receipt.countersignatures.map(encodeCountersignature);
    const proofs = receipt.proofs.map((proof) => cbor.bytes(encodeInclusionProof(proof)));
    return cbor.tag(
        18,
        cbor.array(
            cbor.bytes(encodeHeadHeader(receipt.head)),
            cbor.fields(
                [countersignaturesHeader, countersignatures.length > 0 ? cbor.array(...countersignatures) : undefined],
                [proofsHeader, cbor.fields([inclusionProofs, cbor.array(...proofs)])],
            ),
            cbor.null(),
            cbor.bytes(receipt.head.signature),
        ),
    );
}

function readReceipt(reader: CborReader): Receipt {
    reader.tag(18);
    reader.arrayOf(4);
    const protectedBytes = reader.byteString();
    const claims = readHeadHeader(protectedBytes);
    const headers = reader.map();
    if (headers < 1 || headers > 2) {
        refuse("WrongCount", `an unprotected header of ${headers} labels`);
    }
    let countersignatures: Countersignature[] = [];
    if (headers === 2) {
        reader.label(countersignaturesHeader);
        countersignatures = readCountersignatures(reader, 1);
    }
    reader.label(proofsHeader);
    if (reader.map() !== 1) {
        refuse("WrongCount", "proofs of one kind are needed");
    }
    reader.label(inclusionProofs);
    const count = reader.arrayOf(1, Limits.proofs);
    const proofs = Array.from({ length: count }, () => readProof(reader, claims.size));
    if (!reader.takeNull()) {
        refuse("Malformed", "a receipt's payload is nil");
    }
    const signature = reader.bytes(64);
    return { head: { ...claims, protected: protectedBytes, signature }, countersignatures, proofs };
}

function readProof(reader: CborReader, headSize: number): InclusionProof {
    const bytes = reader.bytesOf(0, Limits.inclusionProof);
    const proof = readWhole(bytes, readInclusionProof);
    if (proof.size !== headSize || proof.index >= proof.size) {
        refuse("WrongSize", "a proof of another size than the head's");
    }
    return proof;
}

function readInclusionProof(reader: CborReader): InclusionProof {
    reader.arrayOf(3);
    const size = reader.unsigned();
    const index = reader.unsigned();
    const count = reader.arrayOf(1, Limits.hashes);
    return { size, index, path: Array.from({ length: count }, () => reader.bytes(32)) };
}

function encodeInclusionProof(proof: InclusionProof): Bytes {
    return cbor.array(
        cbor.integer(proof.size),
        cbor.integer(proof.index),
        cbor.array(...proof.path.map((hash) => cbor.bytes(hash))),
    );
}
