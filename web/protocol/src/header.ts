import type { Bytes } from "./bytes.js";
import { CborReader } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { Kid } from "./kid.js";
import { readKid } from "./kid.js";
import { refuse } from "./refusal.js";

/** Reads a protected header of a prescribed count of labels. */
export function readHeader<T>(bytes: Bytes, count: number, read: (reader: CborReader) => T): T {
    const reader = new CborReader(bytes);
    const found = reader.map();
    if (found !== count) {
        refuse(found > count ? "UnexpectedHeader" : "WrongCount", `a header of ${found} labels`);
    }
    const header = read(reader);
    reader.end();
    return header;
}

export function readAlgorithm(reader: CborReader, expected: number): void {
    reader.label(1);
    const algorithm = reader.integer();
    if (algorithm !== expected) {
        refuse("WrongAlgorithm", `algorithm ${algorithm}`);
    }
}

/** Labels 1 and 4 of everything that is signed. */
export function readSigner(reader: CborReader): Kid {
    readAlgorithm(reader, -7);
    reader.label(4);
    return readKid(reader);
}

/** Reads the claims of header 15. */
export function readClaims<T>(reader: CborReader, min: number, max: number, read: (count: number) => T): T {
    reader.label(15);
    const count = reader.map();
    if (count < min || count > max) {
        refuse("WrongCount", `${count} claims`);
    }
    return read(count);
}

/** An unprotected header that must be empty. */
export function readEmptyHeader(reader: CborReader): void {
    if (reader.map() !== 0) {
        refuse("UnexpectedHeader", "something in the unprotected header");
    }
}

export const emptyHeader = (): Bytes => cbor.fields();
