import type { Bytes } from "./bytes.js";
import { concat } from "./bytes.js";
import { CborReader, Major, readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { Countersignature } from "./countersignature.js";
import { encodeCountersignature, readCountersignatures } from "./countersignature.js";
import type { Head } from "./head.js";
import { decodeHead, encodeHead } from "./head.js";
import { Limits } from "./limits.js";
import type { LogId } from "./log-id.js";
import { readLogId } from "./log-id.js";
import { refuse } from "./refusal.js";

/** A head with the countersignatures that are kept beside it. */
export interface SignedState {
    readonly head: Head;
    readonly countersignatures: readonly Countersignature[];
}

/** An entry in full, or its leaf hash alone. */
export type FollowedEntry = { readonly entry: Bytes } | { readonly blank: Bytes };

export interface Append extends SignedState {
    readonly kind: "append";
    readonly log: LogId;
    readonly from: number;
    readonly entries: readonly FollowedEntry[];
}

export interface Held {
    readonly kind: "held";
    readonly log: LogId;
    readonly size: number;
    /** Undefined: nothing is held. */
    readonly state?: SignedState;
}

export interface Start extends SignedState {
    readonly kind: "start";
    readonly log: LogId;
    readonly frontier: readonly Bytes[];
}

/** What followers and those whom they follow say to each other (section 12). */
export type Follow =
    | Append
    | Held
    | { readonly kind: "entries"; readonly log: LogId; readonly from: number; readonly to: number }
    | { readonly kind: "head-request"; readonly log: LogId }
    | { readonly kind: "news"; readonly log: LogId; readonly size: number }
    | { readonly kind: "command"; readonly log: LogId; readonly slot: Bytes }
    | { readonly kind: "start-request"; readonly log: LogId }
    | Start;

const kinds = ["append", "held", "entries", "head-request", "news", "command", "start-request", "start"] as const;
const counts = [6, 4, 4, 2, 3, 3, 2, 5] as const;

export function decodeFollow(bytes: Bytes): Follow {
    checkLength(bytes);
    return readWhole(bytes, readFollow);
}

/** A CBOR sequence of 1 to 4 messages: the body of a request or of an answer. */
export function decodeFollowSequence(bytes: Bytes): Follow[] {
    checkLength(bytes);
    const reader = new CborReader(bytes);
    const messages: Follow[] = [];
    do {
        if (messages.length === Limits.followMessages) {
            refuse("WrongCount", "more messages than a request or answer has");
        }
        messages.push(readFollow(reader));
    } while (reader.remaining > 0);
    return messages;
}

export function encodeFollow(message: Follow): Bytes {
    const kind = cbor.integer(kinds.indexOf(message.kind));
    return cbor.array(kind, cbor.text(message.log.text), ...writeFields(message));
}

export function encodeFollowSequence(messages: readonly Follow[]): Bytes {
    return concat(...messages.map(encodeFollow));
}

function checkLength(bytes: Bytes): void {
    if (bytes.length > Limits.followMessage) {
        refuse("TooLong", `follow messages of ${bytes.length} bytes`);
    }
}

function readFollow(reader: CborReader): Follow {
    const count = reader.array();
    const number = reader.unsigned();
    const kind = kinds[number];
    if (kind === undefined || count !== counts[number]) {
        return refuse("Malformed", `no follow message of kind ${number} and ${count} elements`);
    }
    const log = readLogId(reader);
    switch (kind) {
        case "append":
            return readAppend(reader, log);
        case "held":
            return readHeld(reader, log);
        case "entries": {
            const from = reader.unsigned();
            const to = reader.unsigned();
            if (from > to) {
                refuse("WrongSize", "entries that end before they begin");
            }
            return { kind, log, from, to };
        }
        case "news":
            return { kind, log, size: reader.unsigned() };
        case "command":
            return { kind, log, slot: reader.bytes(Limits.commandSlot) };
        case "start":
            return readStart(reader, log);
        default:
            return { kind, log };
    }
}

function readAppend(reader: CborReader, log: LogId): Append {
    const from = reader.unsigned();
    const count = reader.arrayOf(0, Limits.appendEntries);
    const entries = Array.from({ length: count }, () => readFollowedEntry(reader));
    const total = entries.reduce((sum, entry) => sum + ("entry" in entry ? entry.entry.length : 0), 0);
    if (total > Limits.appendBytes) {
        refuse("TooLong", `entries of ${total} bytes`);
    }
    const state = readState(reader, log);
    if (from + count !== state.head.size) {
        refuse("WrongSize", "an append that does not end at its head");
    }
    return { kind: "append", log, from, entries, ...state };
}

function readFollowedEntry(reader: CborReader): FollowedEntry {
    if (reader.peekMajor() === Major.array) {
        reader.arrayOf(1);
        return { blank: reader.bytes(32) };
    }
    return { entry: reader.bytesOf(1, Limits.entry) };
}

function readHeld(reader: CborReader, log: LogId): Held {
    const size = reader.unsigned();
    if (reader.takeNull()) {
        if (size !== 0) {
            refuse("WrongSize", "a size held without a head");
        }
        return { kind: "held", log, size };
    }
    reader.arrayOf(2);
    const state = readState(reader, log);
    if (state.head.size !== size) {
        refuse("WrongSize", "a size held that is not its head's");
    }
    return { kind: "held", log, size, state };
}

function readStart(reader: CborReader, log: LogId): Start {
    const count = reader.arrayOf(1, Limits.hashes);
    const frontier = Array.from({ length: count }, () => reader.bytes(32));
    const state = readState(reader, log);
    if (state.head.size === 0) {
        refuse("WrongSize", "a start at an empty log");
    }
    return { kind: "start", log, frontier, ...state };
}

function readState(reader: CborReader, log: LogId): SignedState {
    const head = decodeHead(reader.bytesOf(0, Limits.head));
    if (head.log.text !== log.text) {
        refuse("WrongLog", "another log's head");
    }
    return { head, countersignatures: readCountersignatures(reader, 0) };
}

function writeFields(message: Follow): Bytes[] {
    switch (message.kind) {
        case "append":
            return [cbor.integer(message.from), cbor.array(...message.entries.map(writeEntry)), ...writeState(message)];
        case "held":
            return [
                cbor.integer(message.size),
                message.state === undefined ? cbor.null() : cbor.array(...writeState(message.state)),
            ];
        case "entries":
            return [cbor.integer(message.from), cbor.integer(message.to)];
        case "news":
            return [cbor.integer(message.size)];
        case "command":
            return [cbor.bytes(message.slot)];
        case "start":
            return [cbor.array(...message.frontier.map(cbor.bytes)), ...writeState(message)];
        default:
            return [];
    }
}

function writeEntry(entry: FollowedEntry): Bytes {
    return "entry" in entry ? cbor.bytes(entry.entry) : cbor.array(cbor.bytes(entry.blank));
}

function writeState(state: SignedState): Bytes[] {
    return [cbor.bytes(encodeHead(state.head)), cbor.array(...state.countersignatures.map(encodeCountersignature))];
}
