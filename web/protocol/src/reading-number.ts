import type { CborReader } from "./cbor-reader.js";
import { uint32 } from "./bytes.js";
import type { Bytes } from "./bytes.js";

/** A reading's number under its key: a sensor's boot and the sequence within it. */
export interface ReadingNumber {
    readonly boot: number;
    readonly sequence: number;
}

export function readReadingNumber(reader: CborReader): ReadingNumber {
    const bytes = reader.bytes(8);
    return { boot: uint32(bytes, 0), sequence: uint32(bytes, 4) };
}

export function writeReadingNumber(number: ReadingNumber): Bytes {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, number.boot);
    view.setUint32(4, number.sequence);
    return bytes;
}

export function compareReadingNumbers(a: ReadingNumber, b: ReadingNumber): number {
    return a.boot - b.boot || a.sequence - b.sequence;
}

export function formatReadingNumber(number: ReadingNumber): string {
    return `${number.boot}.${number.sequence}`;
}
