import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { Fields } from "./fields.js";
import type { Kid } from "./kid.js";
import { readKid } from "./kid.js";
import { Limits } from "./limits.js";
import type { LogId } from "./log-id.js";
import { readLogId } from "./log-id.js";
import type { MeasuredNumber } from "./number.js";
import { readNumber, writeNumber } from "./number.js";
import { refuse } from "./refusal.js";

export const EventType = {
    generation: 0,
    start: 1,
    challenge: 2,
    alarmRaised: 3,
    alarmCleared: 4,
    refused: 5,
    lost: 6,
    inForce: 7,
    heating: 8,
    commandDone: 9,
    labels: 10,
    epochBegan: 11,
} as const;

/** The state of the generation before, which a later one names. */
export interface PreviousGeneration {
    readonly log: LogId;
    readonly size: number;
    readonly root: Bytes;
}

export interface GenerationEvent {
    readonly type: 0;
    readonly reason: string;
    readonly previous?: PreviousGeneration;
}

export interface AlarmEvent {
    readonly type: 3 | 4;
    readonly rule: string;
    readonly sensor?: Kid;
    readonly metric?: string;
    readonly value?: MeasuredNumber;
}

type Content =
    | GenerationEvent
    | { readonly type: 1; readonly software: string }
    | { readonly type: 2; readonly nonce: Bytes }
    | AlarmEvent
    | { readonly type: 5; readonly counts: ReadonlyMap<number, number> }
    | { readonly type: 6; readonly count: number; readonly firstArrival: number; readonly lastArrival: number }
    | { readonly type: 7; readonly registrySize: number }
    | { readonly type: 8; readonly room: string; readonly on: boolean; readonly target: MeasuredNumber }
    | { readonly type: 9; readonly hash: Bytes; readonly outcome: number }
    | { readonly type: 10; readonly labels: ReadonlyMap<string, string> }
    | { readonly type: 11; readonly keyHash: Bytes };

/** What the gateway itself states (section 6). */
export type SealwayEvent = Content & { readonly salt: Bytes };

export function decodeEvent(bytes: Bytes): SealwayEvent {
    return readWhole(bytes, readEvent);
}

export function readEvent(reader: CborReader): SealwayEvent {
    const fields = new Fields(reader);
    if (fields.left > 8) {
        refuse("WrongCount", `an event of ${fields.left} fields`);
    }
    fields.next(1);
    const type = reader.unsigned(255);
    fields.next(2);
    const salt = reader.bytes(16);
    const content = readContent(type, reader, fields);
    fields.end("WrongCount");
    return { ...content, salt };
}

export function encodeEvent(event: SealwayEvent): Bytes {
    return cbor.fields(
        [1, cbor.integer(event.type)],
        [2, cbor.bytes(event.salt)],
        ...writeContent(event).map((value, i) => [i + 3, value] as const),
    );
}

function readContent(type: number, reader: CborReader, fields: Fields): Content {
    switch (type) {
        case EventType.generation:
            return readGeneration(reader, fields);
        case EventType.start:
            fields.next(3);
            return { type, software: reader.text(Limits.text) };
        case EventType.challenge:
            fields.next(3);
            return { type, nonce: reader.bytes(8) };
        case EventType.alarmRaised:
        case EventType.alarmCleared:
            return readAlarm(type, reader, fields);
        case EventType.refused:
            fields.next(3);
            return { type, counts: readCounts(reader) };
        case EventType.lost: {
            fields.next(3);
            const count = reader.unsigned();
            fields.next(4);
            const firstArrival = reader.unsigned();
            fields.next(5);
            return { type, count, firstArrival, lastArrival: reader.unsigned() };
        }
        case EventType.inForce:
            fields.next(3);
            return { type, registrySize: reader.unsigned() };
        case EventType.heating: {
            fields.next(3);
            const room = reader.text(Limits.text);
            fields.next(4);
            const on = reader.boolean();
            fields.next(5);
            return { type, room, on, target: readNumber(reader) };
        }
        case EventType.commandDone: {
            fields.next(3);
            const hash = reader.bytes(32);
            fields.next(4);
            return { type, hash, outcome: reader.unsigned(Limits.reason) };
        }
        case EventType.labels:
            fields.next(3);
            return { type, labels: readLabels(reader) };
        case EventType.epochBegan:
            fields.next(3);
            return { type, keyHash: reader.bytes(32) };
        default:
            return refuse("Malformed", `an event of type ${type}`);
    }
}

function readGeneration(reader: CborReader, fields: Fields): GenerationEvent {
    const type = EventType.generation;
    fields.next(3);
    const reason = reader.text(Limits.text);
    if (fields.left === 0) {
        return { type, reason };
    }
    fields.next(4);
    const log = readLogId(reader);
    fields.next(5);
    const size = reader.unsigned();
    fields.next(6);
    return { type, reason, previous: { log, size, root: reader.bytes(32) } };
}

function readAlarm(type: 3 | 4, reader: CborReader, fields: Fields): AlarmEvent {
    fields.next(3);
    const rule = reader.text(Limits.text);
    const alarm = {
        type,
        rule,
        ...(fields.optional(4) ? { sensor: readKid(reader) } : {}),
        ...(fields.optional(5) ? { metric: reader.text(Limits.shortText) } : {}),
        ...(fields.optional(6) ? { value: readNumber(reader) } : {}),
    };
    fields.end("UnexpectedHeader");
    return alarm;
}

function readCounts(reader: CborReader): Map<number, number> {
    const counts = new Map<number, number>();
    const pairs = readPairs(reader, 1);
    let reason = 0;
    reader.pairs(
        pairs,
        () => {
            reason = reader.unsigned(Limits.reason);
        },
        () => counts.set(reason, reader.unsigned()),
    );
    return counts;
}

function readLabels(reader: CborReader): Map<string, string> {
    const labels = new Map<string, string>();
    const pairs = readPairs(reader, 0);
    let name = "";
    reader.pairs(
        pairs,
        () => {
            name = reader.text(Limits.text);
        },
        () => labels.set(name, reader.text(Limits.text)),
    );
    return labels;
}

function readPairs(reader: CborReader, min: number): number {
    const pairs = reader.map();
    if (pairs < min || pairs > Limits.pairs) {
        refuse("WrongCount", `a map of ${pairs} pairs`);
    }
    return pairs;
}

/** The fields from 3 on; undefined where one is left out. */
function writeContent(event: Content): (Bytes | undefined)[] {
    switch (event.type) {
        case 0:
            return [
                cbor.text(event.reason),
                ...(event.previous === undefined
                    ? []
                    : [
                          cbor.text(event.previous.log.text),
                          cbor.integer(event.previous.size),
                          cbor.bytes(event.previous.root),
                      ]),
            ];
        case 1:
            return [cbor.text(event.software)];
        case 2:
            return [cbor.bytes(event.nonce)];
        case 3:
        case 4:
            return [
                cbor.text(event.rule),
                event.sensor === undefined ? undefined : cbor.bytes(fromHex(event.sensor)),
                event.metric === undefined ? undefined : cbor.text(event.metric),
                event.value === undefined ? undefined : writeNumber(event.value),
            ];
        case 5:
            return [cbor.map(...[...event.counts].map(([k, v]) => [cbor.integer(k), cbor.integer(v)] as const))];
        case 6:
            return [cbor.integer(event.count), cbor.integer(event.firstArrival), cbor.integer(event.lastArrival)];
        case 7:
            return [cbor.integer(event.registrySize)];
        case 8:
            return [cbor.text(event.room), cbor.boolean(event.on), writeNumber(event.target)];
        case 9:
            return [cbor.bytes(event.hash), cbor.integer(event.outcome)];
        case 10:
            return [cbor.map(...[...event.labels].map(([k, v]) => [cbor.text(k), cbor.text(v)] as const))];
        case 11:
            return [cbor.bytes(event.keyHash)];
    }
}
