import type { Bytes } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { Limits } from "./limits.js";
import type { ReadingNumber } from "./reading-number.js";
import { readReadingNumber, writeReadingNumber } from "./reading-number.js";
import { refuse } from "./refusal.js";

/** What a gateway says to a sensor (section 13.2). */
export type SensorLink =
    | { readonly kind: "challenge"; readonly nonce: Bytes }
    | { readonly kind: "stored"; readonly numbers: readonly ReadingNumber[] }
    | { readonly kind: "refused"; readonly number: ReadingNumber; readonly reason: number };

const counts = [2, 2, 3] as const;

export function decodeSensorLink(bytes: Bytes): SensorLink {
    return readWhole(bytes, readSensorLink);
}

export function encodeSensorLink(message: SensorLink): Bytes {
    switch (message.kind) {
        case "challenge":
            return cbor.array(cbor.integer(0), cbor.bytes(message.nonce));
        case "stored":
            return cbor.array(
                cbor.integer(1),
                cbor.array(...message.numbers.map((number) => cbor.bytes(writeReadingNumber(number)))),
            );
        case "refused":
            return cbor.array(
                cbor.integer(2),
                cbor.bytes(writeReadingNumber(message.number)),
                cbor.integer(message.reason),
            );
    }
}

function readSensorLink(reader: CborReader): SensorLink {
    const count = reader.array();
    const number = reader.unsigned();
    if (count !== counts[number]) {
        refuse("Malformed", `no message of kind ${number} and ${count} elements`);
    }
    switch (number) {
        case 0:
            return { kind: "challenge", nonce: reader.bytes(8) };
        case 1: {
            const numbers = reader.arrayOf(1, Limits.stored);
            return { kind: "stored", numbers: Array.from({ length: numbers }, () => readReadingNumber(reader)) };
        }
        default:
            return { kind: "refused", number: readReadingNumber(reader), reason: reader.unsigned(Limits.reason) };
    }
}
