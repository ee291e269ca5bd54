import type { Bytes } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { Major } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { shortestFloat } from "./float.js";
import { refuse } from "./refusal.js";

/** A measured value in the form that the sensor chose (section 3). */
export type MeasuredNumber =
    | { readonly form: "integer"; readonly value: number }
    | { readonly form: "float"; readonly value: number }
    | { readonly form: "decimal"; readonly exponent: number; readonly mantissa: number };

export function readNumber(reader: CborReader): MeasuredNumber {
    switch (reader.peekMajor()) {
        case Major.unsigned:
        case Major.negative:
            return { form: "integer", value: reader.integer() };
        case Major.tag:
            return readDecimal(reader);
        default:
            return readFloat(reader);
    }
}

export function writeNumber(number: MeasuredNumber): Bytes {
    switch (number.form) {
        case "integer":
            return cbor.integer(number.value);
        case "float":
            return shortestFloat(number.value);
        case "decimal":
            return cbor.tag(4, cbor.array(cbor.integer(number.exponent), cbor.integer(number.mantissa)));
    }
}

/** The number in decimal digits: a decimal fraction exactly, a float as the shortest digits that mean it. */
export function digits(number: MeasuredNumber): string {
    if (number.form !== "decimal") {
        return number.value.toString();
    }
    const sign = number.mantissa < 0 ? "-" : "";
    const all = Math.abs(number.mantissa).toString().padStart(1 - number.exponent, "0");
    return `${sign}${all.slice(0, number.exponent)}.${all.slice(number.exponent)}`;
}

function readDecimal(reader: CborReader): MeasuredNumber {
    reader.tag(4);
    reader.arrayOf(2);
    const exponent = reader.integer();
    if (exponent < -24 || exponent > -1) {
        refuse("NumberOutOfRange", `a decimal's exponent ${exponent}`);
    }
    const mantissa = reader.integer();
    if (mantissa % 10 === 0) {
        refuse("NotDeterministic", "a mantissa divisible by ten");
    }
    return { form: "decimal", exponent, mantissa };
}

function readFloat(reader: CborReader): MeasuredNumber {
    const { value, width } = reader.float();
    if (!Number.isFinite(value)) {
        refuse("NotFinite", "NaN or an infinity");
    }
    if (Number.isInteger(value)) {
        refuse("NotDeterministic", "an integral value as a float");
    }
    if (shortestFloat(value).length !== width + 1) {
        refuse("NotDeterministic", "a longer float than needed");
    }
    return { form: "float", value };
}
