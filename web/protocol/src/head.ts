import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { readClaims, readHeader, readSigner } from "./header.js";
import type { PublicKey } from "./key.js";
import type { Kid } from "./kid.js";
import { Limits } from "./limits.js";
import type { LogId } from "./log-id.js";
import { readLogId } from "./log-id.js";
import { refuse } from "./refusal.js";
import { readSign1, writeSign1 } from "./sign1.js";
import { sigStructure, verifySignature } from "./signature.js";

/** What a head claims of its log. */
export interface HeadClaims {
    readonly kid: Kid;
    readonly log: LogId;
    readonly seconds: number;
    readonly size: number;
    readonly registrySize: number;
}

/** A log's signed state (section 7), without its root. A receipt has the same. */
export interface HeadSignature extends HeadClaims {
    readonly protected: Bytes;
    readonly signature: Bytes;
}

export interface Head extends HeadSignature {
    readonly root: Bytes;
}

const sizeClaim = -65537;
const registrySizeClaim = -65538;
const treeHeader = 395;
const rfc9162Sha256 = 1;

export function decodeHead(bytes: Bytes): Head {
    if (bytes.length > Limits.head) {
        refuse("TooLong", `a head of ${bytes.length} bytes`);
    }
    return readWhole(bytes, readHead);
}

export function encodeHead(head: Head): Bytes {
    return writeSign1({ protected: encodeHeadHeader(head), payload: head.root, signature: head.signature });
}

export function readHeadHeader(bytes: Bytes): HeadClaims {
    return readHeader(bytes, 4, (reader) => {
        const kid = readSigner(reader);
        const claims = readClaims(reader, 4, 4, () => {
            reader.label(1);
            const log = readLogId(reader);
            reader.label(6);
            const seconds = reader.unsigned(Limits.seconds);
            reader.label(sizeClaim);
            const size = reader.unsigned();
            reader.label(registrySizeClaim);
            return { log, seconds, size, registrySize: reader.unsigned() };
        });
        reader.label(treeHeader);
        if (reader.integer() !== rfc9162Sha256) {
            refuse("WrongAlgorithm", "not the tree of RFC 9162 with SHA-256");
        }
        return { kid, ...claims };
    });
}

export function encodeHeadHeader(head: HeadClaims): Bytes {
    const claims = cbor.fields(
        [1, cbor.text(head.log.text)],
        [6, cbor.integer(head.seconds)],
        [sizeClaim, cbor.integer(head.size)],
        [registrySizeClaim, cbor.integer(head.registrySize)],
    );
    return cbor.fields(
        [1, cbor.integer(-7)],
        [4, cbor.bytes(fromHex(head.kid))],
        [15, claims],
        [treeHeader, cbor.integer(rfc9162Sha256)],
    );
}

/** Verifies the head's signature over a root. */
export async function verifyHead(head: HeadSignature, root: Bytes, key: PublicKey): Promise<void> {
    await verifySignature(key, head.signature, sigStructure(head.protected, root));
}

function readHead(reader: CborReader): Head {
    const { message, header } = readSign1(reader, readHeadHeader);
    if (message.payload.length !== 32) {
        refuse("WrongCount", `a root of ${message.payload.length} bytes`);
    }
    return { ...header, protected: message.protected, root: message.payload, signature: message.signature };
}
