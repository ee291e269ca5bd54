import type { CborReader } from "./cbor-reader.js";
import { refuse } from "./refusal.js";

/** Goes through a map's fields in their order. Labels are 0 to 23. */
export class Fields {
    readonly #reader: CborReader;
    #left: number;

    constructor(reader: CborReader) {
        this.#reader = reader;
        this.#left = reader.map();
    }

    /** How many fields are still to come. */
    get left(): number {
        return this.#left;
    }

    /** Goes to the value of the field that must be next. */
    next(label: number): void {
        if (this.#left === 0) {
            refuse("Malformed", `no field ${label}`);
        }
        this.#left--;
        this.#reader.label(label);
    }

    /** Goes to the value of a field if it is the next one. */
    optional(label: number): boolean {
        if (this.#left === 0 || this.#reader.peek() !== label) {
            return false;
        }
        this.next(label);
        return true;
    }

    end(reason: "WrongCount" | "UnexpectedHeader"): void {
        if (this.#left > 0) {
            refuse(reason, `${this.#left} fields too many`);
        }
    }
}
