import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { Kid } from "./kid.js";
import { readKid } from "./kid.js";
import { Limits } from "./limits.js";
import type { MeasuredNumber } from "./number.js";
import { readNumber, writeNumber } from "./number.js";
import { refuse } from "./refusal.js";

/** What one sensor's metric was over a time of at most an hour (section 9.3). */
export interface Rollup {
    readonly sensor: Kid;
    readonly metric: string;
    readonly start: number;
    readonly length: number;
    readonly count: number;
    readonly mean: MeasuredNumber;
    readonly min: MeasuredNumber;
    readonly max: MeasuredNumber;
}

export function readRollup(reader: CborReader): Rollup {
    reader.arrayOf(8);
    const sensor = readKid(reader);
    const metric = reader.text(Limits.shortText);
    const start = reader.unsigned();
    const length = reader.unsigned(Limits.rollup);
    const count = reader.unsigned();
    if (count === 0) {
        refuse("NumberOutOfRange", "a rollup of nothing");
    }
    return {
        sensor,
        metric,
        start,
        length,
        count,
        mean: readNumber(reader),
        min: readNumber(reader),
        max: readNumber(reader),
    };
}

export function encodeRollup(rollup: Rollup): Bytes {
    return cbor.array(
        cbor.bytes(fromHex(rollup.sensor)),
        cbor.text(rollup.metric),
        cbor.integer(rollup.start),
        cbor.integer(rollup.length),
        cbor.integer(rollup.count),
        writeNumber(rollup.mean),
        writeNumber(rollup.min),
        writeNumber(rollup.max),
    );
}
