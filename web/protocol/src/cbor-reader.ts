import type { Bytes } from "./bytes.js";
import { compare } from "./bytes.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";
import { floatFromBits } from "./float.js";

export const Major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads CBOR in the core deterministic encoding (section 1), and nothing else. */
export class CborReader {
    readonly #bytes: Bytes;
    #at = 0;

    constructor(bytes: Bytes) {
        this.#bytes = bytes;
    }

    get position(): number {
        return this.#at;
    }

    get remaining(): number {
        return this.#bytes.length - this.#at;
    }

    /** The bytes as they came, from a position to the present one. */
    since(position: number): Bytes {
        return this.#bytes.subarray(position, this.#at);
    }

    /** The next item's first byte. */
    peek(): number {
        return this.#bytes[this.#at] ?? refuse("Malformed", "the message ends too early");
    }

    peekMajor(): number {
        return this.peek() >> 5;
    }

    end(): void {
        if (this.remaining > 0) {
            refuse("TrailingBytes", `${this.remaining} bytes follow`);
        }
    }

    unsigned(max: number = Limits.number): number {
        const [major, argument] = this.#head();
        if (major === Major.negative) {
            refuse("NumberOutOfRange", "a negative number");
        }
        if (major !== Major.unsigned) {
            refuse("Malformed", "not a number");
        }
        if (argument > max) {
            refuse("NumberOutOfRange", `above ${max}`);
        }
        return argument;
    }

    /** An integer of at most 2^53 - 1 in either direction. */
    integer(): number {
        const [major, argument] = this.#head();
        if (major !== Major.unsigned && major !== Major.negative) {
            refuse("Malformed", "not an integer");
        }
        if (argument > (major === Major.negative ? Limits.number - 1 : Limits.number)) {
            refuse("NumberOutOfRange", "beyond 2^53 - 1");
        }
        return major === Major.negative ? -1 - argument : argument;
    }

    /** A byte string of a prescribed length. */
    bytes(length: number): Bytes {
        return this.bytesOf(length, length, "WrongCount");
    }

    /** A byte string of any length. */
    byteString(): Bytes {
        return this.bytesOf(0, Number.POSITIVE_INFINITY);
    }

    /** A byte string within limits. */
    bytesOf(min: number, max: number, tooLong: "TooLong" | "WrongCount" = "TooLong"): Bytes {
        const length = this.#length(Major.bytes, "a byte string");
        if (length > max) {
            refuse(tooLong, `a byte string of ${length} bytes`);
        }
        if (length < min) {
            refuse("WrongCount", `a byte string of ${length} bytes`);
        }
        return this.#take(length);
    }

    text(maxBytes: number): string {
        const length = this.#length(Major.text, "a text");
        if (length > maxBytes) {
            refuse("TooLong", `a text of ${length} bytes`);
        }
        const bytes = this.#take(length);
        try {
            return utf8.decode(bytes);
        } catch {
            return refuse("NotDeterministic", "a text that is not UTF-8");
        }
    }

    /** An array's count. */
    array(): number {
        const [major, count] = this.#head();
        if (major !== Major.array) {
            refuse("Malformed", "not an array");
        }
        return count;
    }

    /** An array of a prescribed count, or within limits. */
    arrayOf(min: number, max: number = min): number {
        const count = this.array();
        if (count < min || count > max) {
            refuse("WrongCount", `an array of ${count}`);
        }
        if (count > this.remaining) {
            refuse("Malformed", "an array that promises more than follows");
        }
        return count;
    }

    /** A map's count of pairs. */
    map(): number {
        const [major, count] = this.#head();
        if (major !== Major.map) {
            refuse("Malformed", "not a map");
        }
        return count;
    }

    tag(number: number): void {
        const [major, argument] = this.#head();
        if (major !== Major.tag || argument !== number) {
            refuse("Malformed", `not tag ${number}`);
        }
    }

    boolean(): boolean {
        const first = this.#byte();
        if (first !== 0xf4 && first !== 0xf5) {
            refuse("Malformed", "neither false nor true");
        }
        return first === 0xf5;
    }

    /** Takes a null if one is next. */
    takeNull(): boolean {
        if (this.peek() !== 0xf6) {
            return false;
        }
        this.#at++;
        return true;
    }

    /** A float's value and its width in bytes. */
    float(): { value: number; width: 2 | 4 | 8 } {
        const first = this.#byte();
        if (first < 0xf9 || first > 0xfb) {
            refuse("Malformed", "not a float");
        }
        const width = (first === 0xf9 ? 2 : first === 0xfa ? 4 : 8) as 2 | 4 | 8;
        return { value: floatFromBits(this.#take(width)), width };
    }

    /** A label that must be the next one. */
    label(expected: number): void {
        const label = this.integer();
        if (label !== expected) {
            refuse("UnexpectedHeader", `label ${label} where ${expected} belongs`);
        }
    }

    /** Goes through a map's pairs; its keys must rise in the bytewise order of their encodings. */
    pairs(count: number, readKey: () => void, readValue: () => void): void {
        let previous: Bytes | undefined;
        for (let i = 0; i < count; i++) {
            const start = this.#at;
            readKey();
            const key = this.since(start);
            if (previous !== undefined && compare(previous, key) >= 0) {
                refuse("NotDeterministic", "keys that do not rise");
            }
            previous = key;
            readValue();
        }
    }

    #length(expected: number, what: string): number {
        const [major, length] = this.#head();
        if (major !== expected) {
            refuse("Malformed", `not ${what}`);
        }
        return length;
    }

    #take(length: number): Bytes {
        if (length > this.remaining) {
            refuse("Malformed", "the message ends too early");
        }
        this.#at += length;
        return this.#bytes.subarray(this.#at - length, this.#at);
    }

    #byte(): number {
        const byte = this.peek();
        this.#at++;
        return byte;
    }

    /** A head: the major type and the argument, Infinity where it is beyond 2^53 - 1. */
    #head(): [major: number, argument: number] {
        const first = this.#byte();
        const major = first >> 5;
        const information = first & 31;
        if (major === Major.simple) {
            return [major, information];
        }
        if (information < 24) {
            return [major, information];
        }
        if (information === 31 && major >= Major.bytes && major <= Major.map) {
            refuse("NotDeterministic", "an indefinite length");
        }
        if (information > 27) {
            refuse("Malformed", "no head of CBOR");
        }
        const width = 1 << (information - 24);
        let argument = 0;
        for (const byte of this.#take(width)) {
            argument = argument * 256 + byte;
        }
        const shortest = width === 1 ? 24 : 2 ** (4 * width);
        if (argument < shortest) {
            refuse("NotDeterministic", "a longer head than needed");
        }
        return [major, argument > Limits.number ? Number.POSITIVE_INFINITY : argument];
    }
}

/** Reads one whole message: nothing may follow it. */
export function readWhole<T>(bytes: Bytes, read: (reader: CborReader) => T): T {
    const reader = new CborReader(bytes);
    const message = read(reader);
    reader.end();
    return message;
}
