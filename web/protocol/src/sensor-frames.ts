import type { Bytes } from "./bytes.js";
import { concat } from "./bytes.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";

/** What comes on a sensor link (section 13.2): a message of 1 to 4,096 bytes, or why the link is refused or ended. */
export type SensorFrame =
    | { readonly kind: "message"; readonly bytes: Bytes }
    | { readonly kind: "farewell"; readonly text: string };

const farewellLength = 0xfffe;
const printable = /^[ -~]*$/;

/** Cuts the stream of a sensor link into frames. Nothing comes after a farewell, nor after a frame of another length. */
export class SensorFrames {
    #held: Bytes = new Uint8Array(0);
    #ended = false;

    /** Takes what came and answers the frames that are whole; holds less than one frame. */
    *take(bytes: Bytes): Generator<SensorFrame> {
        this.#held = concat(this.#held, bytes);
        let frame = this.#next();
        while (frame !== undefined) {
            yield frame;
            frame = this.#next();
        }
    }

    #next(): SensorFrame | undefined {
        const held = this.#held;
        if (this.#ended) {
            return held.length > 0 ? refuse("TrailingBytes", "something after the end of the link") : undefined;
        }
        if (held.length < 2) {
            return undefined;
        }
        const length = (held[0] as number) * 256 + (held[1] as number);
        if (length === farewellLength) {
            return this.#farewell(held);
        }
        if (!isFrameLength(length)) {
            this.#ended = true;
            return refuse("WrongSize", `a frame of ${length} bytes`);
        }
        const bytes = this.#cut(2, length);
        return bytes === undefined ? undefined : { kind: "message", bytes };
    }

    #farewell(held: Bytes): SensorFrame | undefined {
        const text = held.length < 3 ? undefined : this.#cut(3, held[2] as number);
        if (text === undefined) {
            return undefined;
        }
        this.#ended = true;
        const decoded = String.fromCharCode(...text);
        return printable.test(decoded)
            ? { kind: "farewell", text: decoded }
            : refuse("WrongText", "a farewell that is not printable ASCII");
    }

    /** Takes what stands after a length, once all of it is there. */
    #cut(start: number, length: number): Bytes | undefined {
        if (this.#held.length < start + length) {
            return undefined;
        }
        const part = this.#held.subarray(start, start + length);
        this.#held = this.#held.subarray(start + length);
        return part;
    }
}

/** A message in its frame. */
export function encodeSensorFrame(message: Bytes): Bytes {
    if (!isFrameLength(message.length)) {
        refuse("WrongSize", `a frame of ${message.length} bytes`);
    }
    return concat(Uint8Array.of(message.length >> 8, message.length & 0xff), message);
}

function isFrameLength(length: number): boolean {
    return length >= 1 && length <= Limits.reading;
}
