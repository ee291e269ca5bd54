import type { Bytes } from "./bytes.js";
import { concat } from "./bytes.js";
import { CborReader, Major } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { SealwayEvent } from "./event.js";
import { encodeEvent, readEvent } from "./event.js";
import { Limits } from "./limits.js";
import type { Reading } from "./reading.js";
import { encodeReading, readReading } from "./reading.js";
import { refuse } from "./refusal.js";
import type { Rollup } from "./rollup.js";
import { encodeRollup, readRollup } from "./rollup.js";

/** An item of a slot, its bytes as they came, and how long before the slot it arrived. */
export type SlotItem = {
    readonly bytes: Bytes;
    readonly before: number;
} & (
    | { readonly form: "reading"; readonly reading: Reading }
    | { readonly form: "event"; readonly event: SealwayEvent }
    | { readonly form: "rollup"; readonly rollup: Rollup }
);

/** What a slot holds when it is opened (section 9.3). */
export interface Slot {
    readonly items: readonly SlotItem[];
    readonly padding: number;
}

export function decodeSlot(bytes: Bytes): Slot {
    if (bytes.length > Limits.maxSlot) {
        refuse("TooLong", `a slot of ${bytes.length} bytes`);
    }
    const reader = new CborReader(bytes);
    const items: SlotItem[] = [];
    while (reader.remaining > 0 && reader.peek() !== 0) {
        items.push(readPair(reader));
    }
    const padding = bytes.subarray(reader.position);
    if (padding.some((byte) => byte !== 0)) {
        refuse("TrailingBytes", "something in the padding");
    }
    if (bytes.length < Limits.minSlot) {
        refuse("WrongSize", `a slot of ${bytes.length} bytes`);
    }
    return { items, padding: padding.length };
}

export function encodeSlot(slot: Slot): Bytes {
    const pairs = slot.items.flatMap((item) => [encodeItem(item), cbor.integer(item.before)]);
    return concat(...pairs, new Uint8Array(slot.padding));
}

function readPair(reader: CborReader): SlotItem {
    const start = reader.position;
    const item = readItem(reader);
    const bytes = reader.since(start);
    return { ...item, bytes, before: reader.unsigned() };
}

function readItem(
    reader: CborReader,
):
    | { form: "reading"; reading: Reading }
    | { form: "event"; event: SealwayEvent }
    | { form: "rollup"; rollup: Rollup } {
    switch (reader.peekMajor()) {
        case Major.tag:
            return { form: "reading", reading: readReading(reader) };
        case Major.map:
            return { form: "event", event: readEvent(reader) };
        case Major.array:
            return { form: "rollup", rollup: readRollup(reader) };
        default:
            return refuse("Malformed", "no item of a slot");
    }
}

function encodeItem(item: SlotItem): Bytes {
    switch (item.form) {
        case "reading":
            return encodeReading(item.reading);
        case "event":
            return encodeEvent(item.event);
        case "rollup":
            return encodeRollup(item.rollup);
    }
}
