import type { Bytes } from "./bytes.js";
import { compare } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { Limits } from "./limits.js";
import type { Receipt } from "./receipt.js";
import { decodeReceipt, encodeReceipt } from "./receipt.js";
import { refuse } from "./refusal.js";

/** Entries of a log with their way to a head. Proof i is for entry i. */
export interface Evidence {
    readonly receipt: Receipt;
    readonly entries: readonly Bytes[];
}

/** The one form of evidence (section 11): entries with their way, and the registry's statements about the keys on it. */
export interface Waybill {
    readonly log: Evidence;
    readonly registry: Evidence;
}

const version = 1;

export function decodeWaybill(bytes: Bytes): Waybill {
    if (bytes.length > Limits.waybill) {
        refuse("TooLong", `a waybill of ${bytes.length} bytes`);
    }
    const waybill = readWhole(bytes, readWaybill);
    if (compare(encodeWaybill(waybill), bytes) !== 0) {
        refuse("NotDeterministic", "not the one encoding of what it says");
    }
    return waybill;
}

export function encodeWaybill(waybill: Waybill): Bytes {
    return cbor.array(cbor.integer(version), encodeEvidence(waybill.log), encodeEvidence(waybill.registry));
}

function readWaybill(reader: CborReader): Waybill {
    reader.arrayOf(3);
    if (reader.unsigned() !== version) {
        refuse("NumberOutOfRange", "another version of waybills");
    }
    return { log: readEvidence(reader), registry: readEvidence(reader) };
}

function readEvidence(reader: CborReader): Evidence {
    const start = reader.position;
    reader.arrayOf(2);
    const receipt = decodeReceipt(reader.bytesOf(0, Limits.receipt));
    const count = reader.arrayOf(1, Limits.proofs);
    if (count !== receipt.proofs.length) {
        refuse("WrongCount", `${count} entries and ${receipt.proofs.length} proofs`);
    }
    const entries = Array.from({ length: count }, () => reader.bytesOf(1, Limits.entry));
    let previous = -1;
    for (const { index } of receipt.proofs) {
        if (index <= previous) {
            refuse("NotDeterministic", "entries not by rising index");
        }
        previous = index;
    }
    if (reader.position - start > Limits.evidence) {
        refuse("TooLong", "evidence beyond its limit");
    }
    return { receipt, entries };
}

function encodeEvidence(evidence: Evidence): Bytes {
    return cbor.array(
        cbor.bytes(encodeReceipt(evidence.receipt)),
        cbor.array(...evidence.entries.map((entry) => cbor.bytes(entry))),
    );
}
