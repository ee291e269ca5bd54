import type { Bytes } from "./bytes.js";
import { equal, fromHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { readClaims, readHeader, readSigner } from "./header.js";
import type { PublicKey } from "./key.js";
import type { Kid } from "./kid.js";
import { Limits } from "./limits.js";
import type { Measurement } from "./measurement.js";
import { readMeasurement, writeMeasurement } from "./measurement.js";
import type { ReadingNumber } from "./reading-number.js";
import { readReadingNumber, writeReadingNumber } from "./reading-number.js";
import { refuse } from "./refusal.js";
import type { Sign1 } from "./sign1.js";
import { readSign1, writeSign1 } from "./sign1.js";
import { sigStructure, verifySignature } from "./signature.js";

/** What a sensor says (section 4). */
export interface Reading {
    readonly kid: Kid;
    readonly number: ReadingNumber;
    /** The answer to a challenge. */
    readonly nonce?: Bytes;
    readonly measurements: readonly Measurement[];
    readonly signed: Sign1;
}

export function decodeReading(bytes: Bytes): Reading {
    if (bytes.length > Limits.reading) {
        refuse("TooLong", `a reading of ${bytes.length} bytes`);
    }
    return readWhole(bytes, readReading);
}

export function readReading(reader: CborReader): Reading {
    const start = reader.position;
    const { message, header } = readSign1(reader, readReadingHeader);
    if (reader.position - start > Limits.reading) {
        refuse("TooLong", "a reading beyond its limit");
    }
    return { ...header, measurements: readWhole(message.payload, readPack), signed: message };
}

/** The reading again, out of what it says. */
export function encodeReading(reading: Reading): Bytes {
    const claims = cbor.fields(
        [7, cbor.bytes(writeReadingNumber(reading.number))],
        [10, reading.nonce === undefined ? undefined : cbor.bytes(reading.nonce)],
    );
    return writeSign1({
        protected: cbor.fields([1, cbor.integer(-7)], [4, cbor.bytes(fromHex(reading.kid))], [15, claims]),
        payload: cbor.array(...reading.measurements.map(writeMeasurement)),
        signature: reading.signed.signature,
    });
}

export async function verifyReading(reading: Reading, key: PublicKey): Promise<void> {
    const { signed } = reading;
    await verifySignature(key, signed.signature, sigStructure(signed.protected, signed.payload));
}

/** Whether two readings under one number are one: the same signed bytes. */
export function sameSignedBytes(a: Reading, b: Reading): boolean {
    return equal(a.signed.protected, b.signed.protected) && equal(a.signed.payload, b.signed.payload);
}

function readReadingHeader(bytes: Bytes): Pick<Reading, "kid" | "number" | "nonce"> {
    return readHeader(bytes, 3, (reader) => {
        const kid = readSigner(reader);
        return readClaims(reader, 1, 2, (count) => {
            reader.label(7);
            const number = readReadingNumber(reader);
            if (count === 1) {
                return { kid, number };
            }
            reader.label(10);
            return { kid, number, nonce: reader.bytes(8) };
        });
    });
}

function readPack(reader: CborReader): Measurement[] {
    const count = reader.arrayOf(1, Limits.measurements);
    return Array.from({ length: count }, () => readMeasurement(reader));
}
