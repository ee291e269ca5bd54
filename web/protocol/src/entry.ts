import type { Bytes } from "./bytes.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";

export const EntryKind = {
    reading: 0,
    sealed: 1,
    epoch: 2,
    event: 3,
    grant: 4,
    enrol: 16,
    assign: 17,
    revoke: 18,
    status: 19,
    rotate: 20,
    erase: 21,
} as const;

/** One entry of a log (section 5): its kind, the writer's clock at the arrival, and a body that is judged elsewhere. */
export interface Entry {
    readonly kind: number;
    readonly at: number;
    readonly body: Bytes;
}

export function decodeEntry(bytes: Bytes): Entry {
    if (bytes.length > Limits.entry) {
        refuse("TooLong", `an entry of ${bytes.length} bytes`);
    }
    return readWhole(bytes, (reader) => {
        reader.arrayOf(3);
        return { kind: reader.unsigned(255), at: reader.unsigned(), body: reader.byteString() };
    });
}

export function encodeEntry(entry: Entry): Bytes {
    return cbor.array(cbor.integer(entry.kind), cbor.integer(entry.at), cbor.bytes(entry.body));
}
