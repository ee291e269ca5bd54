import type { Bytes } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { Limits } from "./limits.js";
import type { MeasuredNumber } from "./number.js";
import { readNumber, writeNumber } from "./number.js";
import { refuse } from "./refusal.js";

/** One record of a SenML pack: a metric, its value, perhaps its unit and time. */
export interface Measurement {
    readonly name: string;
    readonly unit?: string;
    readonly value: MeasuredNumber;
    readonly time?: MeasuredNumber;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9:./_-]*$/;
const unitPattern = /^[!-~]+$/;

export function readMeasurement(reader: CborReader): Measurement {
    const found: { -readonly [K in keyof Measurement]?: Measurement[K] } = {};
    const count = reader.map();
    if (count < 2 || count > 4) {
        refuse("WrongCount", `a measurement of ${count} fields`);
    }
    let label = 0;
    reader.pairs(
        count,
        () => {
            label = reader.integer();
        },
        () => {
            switch (label) {
                case 0:
                    found.name = readForm(reader, namePattern);
                    break;
                case 1:
                    found.unit = readForm(reader, unitPattern);
                    break;
                case 2:
                    found.value = readNumber(reader);
                    break;
                case 6:
                    found.time = readNumber(reader);
                    break;
                default:
                    refuse("UnexpectedHeader", `a measurement's field ${label}`);
            }
        },
    );
    const { name, value } = found;
    if (name === undefined || value === undefined) {
        return refuse("WrongCount", "a measurement without name or value");
    }
    return { ...found, name, value };
}

export function writeMeasurement(measurement: Measurement): Bytes {
    return cbor.fields(
        [0, cbor.text(measurement.name)],
        [1, measurement.unit === undefined ? undefined : cbor.text(measurement.unit)],
        [2, writeNumber(measurement.value)],
        [6, measurement.time === undefined ? undefined : writeNumber(measurement.time)],
    );
}

function readForm(reader: CborReader, pattern: RegExp): string {
    const text = reader.text(Limits.shortText);
    if (!pattern.test(text)) {
        refuse("WrongText", "not of the form prescribed");
    }
    return text;
}
