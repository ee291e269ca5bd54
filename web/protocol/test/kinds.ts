import type { Bytes } from "../src/bytes.js";
import { fromHex, toHex } from "../src/bytes.js";
import type { Command } from "../src/command.js";
import { decodeCommand, encodeCommand, verifyCommand } from "../src/command.js";
import { decodeCommandSlot, encodeCommandSlot, openCommandSlot } from "../src/command-slot.js";
import type { Countersignature } from "../src/countersignature.js";
import {
    decodeCountersignature,
    encodeCountersignature,
    verifyCountersignature,
} from "../src/countersignature.js";
import { decodeEntry, encodeEntry } from "../src/entry.js";
import { decodeEpoch, decodeGrant, encodeEnvelope } from "../src/envelope.js";
import { epochKeyHash, openEpoch, openSealed, stepKey } from "../src/epoch-key.js";
import type { SealwayEvent } from "../src/event.js";
import { decodeEvent, encodeEvent } from "../src/event.js";
import type { Follow } from "../src/follow.js";
import { decodeFollow, decodeFollowSequence, encodeFollow, encodeFollowSequence } from "../src/follow.js";
import { openGrant } from "../src/grant.js";
import { decodeHead, encodeHead, verifyHead } from "../src/head.js";
import { importAgreementKey } from "../src/hpke.js";
import type { PublicKey } from "../src/key.js";
import { decodeKey, kidOf, pointOf, writeKey } from "../src/key.js";
import { parseLogId } from "../src/log-id.js";
import type { MeasuredNumber } from "../src/number.js";
import { digits, writeNumber } from "../src/number.js";
import { formatReadingNumber } from "../src/reading-number.js";
import type { Reading } from "../src/reading.js";
import { decodeReading, encodeReading, verifyReading } from "../src/reading.js";
import { decodeReceipt, encodeReceipt } from "../src/receipt.js";
import { refuse } from "../src/refusal.js";
import type { Rollup } from "../src/rollup.js";
import { decodeSealed, encodeSealed } from "../src/sealed.js";
import { decodeSensorLink, encodeSensorLink } from "../src/sensor-link.js";
import type { SlotItem } from "../src/slot.js";
import { decodeSlot, encodeSlot } from "../src/slot.js";
import type { Last, Statement } from "../src/statement.js";
import { decodeStatement, encodeStatement, verifyStatement } from "../src/statement.js";
import { leafHash } from "../src/tree.js";
import type { Vector } from "./vectors.js";
import { publicKey, vectorKey } from "./vectors.js";

/** What a message says in the vectors' words, and its bytes written again. */
export interface Taken {
    readonly says: object;
    readonly again: Bytes;
}

type Taker = (bytes: Bytes, given: Vector["with"]) => Promise<Taken>;

/** Reads, verifies and opens a message of each kind that a vector has, with what the vector gives beside it. */
export const takers: Readonly<Record<string, Taker>> = {
    "cose-key": async (bytes) => {
        const key = decodeKey(bytes);
        return {
            says: { kid: await kidOf(key), use: key.use, point: toHex(pointOf(key)) },
            again: writeKey(key),
        };
    },
    reading: async (bytes, given) => {
        const reading = decodeReading(bytes);
        await verifyReading(reading, signer(given, reading.kid));
        return { says: readingSays(reading), again: encodeReading(reading) };
    },
    entry: async (bytes) => {
        const entry = decodeEntry(bytes);
        const says = { ...entry, body: toHex(entry.body), leafHash: toHex(await leafHash(bytes)) };
        return { says, again: encodeEntry(entry) };
    },
    event: async (bytes) => {
        const event = decodeEvent(bytes);
        return { says: eventSays(event), again: encodeEvent(event) };
    },
    statement: async (bytes, given) => {
        const statement = decodeStatement(bytes);
        const key = signer(given, statement.signer);
        await verifyStatement(statement, parseLogId(given.log), given.index, key);
        return { says: statementSays(statement), again: encodeStatement(statement) };
    },
    head: async (bytes, given) => {
        const head = decodeHead(bytes);
        await verifyHead(head, head.root, signer(given, head.kid));
        const { kid, log, seconds, size, registrySize, root } = head;
        return { says: { kid, log: log.text, seconds, size, registrySize, root: toHex(root) }, again: encodeHead(head) };
    },
    countersignature: async (bytes, given) => {
        const countersignature = decodeCountersignature(bytes);
        const head = decodeHead(fromHex(given.head));
        await verifyCountersignature(countersignature, head, head.root, signer(given, countersignature.kid));
        return { says: countersignatureSays(countersignature), again: encodeCountersignature(countersignature) };
    },
    receipt: async (bytes, given) => {
        const receipt = decodeReceipt(bytes);
        const root = fromHex(given.root);
        await verifyHead(receipt.head, root, signer(given, receipt.head.kid));
        for (const [i, countersignature] of receipt.countersignatures.entries()) {
            await verifyCountersignature(countersignature, receipt.head, root, publicKey(given.countersigners[i]));
        }
        const { kid, log, seconds, size, registrySize } = receipt.head;
        const countersignatures = receipt.countersignatures.map(countersignatureSays);
        const proofs = receipt.proofs.map((proof) => ({ ...proof, path: proof.path.map(toHex) }));
        return {
            says: { kid, log: log.text, seconds, size, registrySize, countersignatures, proofs },
            again: encodeReceipt(receipt),
        };
    },
    epoch: async (bytes, given) => {
        const envelope = decodeEpoch(bytes);
        let key = new Uint8Array(0);
        for (const member of given.members) {
            ({ key } = await openEpoch(envelope, parseLogId(given.log), await agreementKey(member)));
        }
        const says = {
            epoch: envelope.epoch,
            registrySize: envelope.registrySize,
            recipients: envelope.recipients.length,
            key: toHex(key),
            keyHash: toHex(await epochKeyHash(key)),
        };
        return { says, again: encodeEnvelope(envelope) };
    },
    grant: async (bytes, given) => {
        const envelope = decodeGrant(bytes);
        const granted = await openGrant(envelope, parseLogId(given.log), await agreementKey(given.newcomer));
        const keys = granted.map(({ epoch, key }) => ({ epoch, key: toHex(key) }));
        return { says: { current: envelope.epoch, keys }, again: encodeEnvelope(envelope) };
    },
    slot: async (bytes) => {
        const slot = decodeSlot(bytes);
        return { says: { items: slot.items.map(itemSays), padding: slot.padding }, again: encodeSlot(slot) };
    },
    sealed: async (bytes, given) => {
        const sealed = decodeSealed(bytes);
        const key = fromHex(given.epochKey);
        const plaintext = await openSealed(sealed, parseLogId(given.log), { epoch: given.epoch, key });
        const { epoch, step } = sealed;
        const says = { epoch, step, plaintext: toHex(plaintext), stepKey: toHex(await stepKey(key, step)) };
        return { says, again: encodeSealed(sealed) };
    },
    command: async (bytes, given) => {
        const command = decodeCommand(bytes);
        await verifyCommand(command, parseLogId(given.log), signer(given, command.signer));
        const hash = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
        const { signer: by, number, expiry, size, root, action } = command;
        return {
            says: { signer: by, number, expiry, size, root: toHex(root), action, ...askedSays(command), hash },
            again: encodeCommand(command),
        };
    },
    "command-slot": async (bytes, given) => {
        const slot = decodeCommandSlot(bytes);
        const opened = await openCommandSlot(slot, parseLogId(given.log), await agreementKey("gateway-hpke"));
        return {
            says: { command: opened === undefined ? null : toHex(opened.bytes) },
            again: encodeCommandSlot(slot),
        };
    },
    follow: async (bytes) => {
        const message = decodeFollow(bytes);
        return { says: followSays(message), again: encodeFollow(message) };
    },
    "follow-sequence": async (bytes) => {
        const messages = decodeFollowSequence(bytes);
        return { says: { messages: messages.map(followSays) }, again: encodeFollowSequence(messages) };
    },
    "sensor-link": async (bytes) => {
        const message = decodeSensorLink(bytes);
        const says =
            message.kind === "challenge"
                ? { kind: message.kind, nonce: toHex(message.nonce) }
                : message.kind === "stored"
                  ? { kind: message.kind, numbers: message.numbers.map(formatReadingNumber) }
                  : { kind: message.kind, number: formatReadingNumber(message.number), reason: message.reason };
        return { says, again: encodeSensorLink(message) };
    },
};

function signer(given: Vector["with"], kid: string): PublicKey {
    if (vectorKey(given.signer).kid !== kid) {
        refuse("UnknownKey", "not the key that the vector names");
    }
    return publicKey(given.signer);
}

function askedSays(command: Command): object {
    switch (command.action) {
        case 1:
            return { subject: command.room, target: numberSays(command.target) };
        case 2:
            return { member: command.member };
        case 3:
            return { grant: toHex(command.grant) };
        case 4:
            return { index: command.index, statement: toHex(command.entry) };
    }
}

function agreementKey(name: string): Promise<CryptoKey> {
    return importAgreementKey(fromHex(vectorKey(name).private));
}

/** A number as the vectors have it; theirs write the exponent of the smallest floats in another way. */
function numberSays(number: MeasuredNumber): object {
    const exponent = digits(number).replace(/e-(\d)$/, "E-0$1").replace("e", "E");
    return { digits: exponent, cbor: toHex(writeNumber(number)) };
}

function readingSays({ kid, number, nonce, measurements }: Reading): object {
    return {
        kid,
        ...number,
        ...(nonce === undefined ? {} : { nonce: toHex(nonce) }),
        measurements: measurements.map(({ name, unit, value, time }) => ({
            name,
            ...(unit === undefined ? {} : { unit }),
            value: numberSays(value),
            ...(time === undefined ? {} : { time: numberSays(time) }),
        })),
    };
}

function eventSays(event: SealwayEvent): object {
    const common = { type: event.type, salt: toHex(event.salt) };
    switch (event.type) {
        case 0: {
            const { reason, previous } = event;
            const before =
                previous === undefined
                    ? {}
                    : {
                          previousLog: previous.log.text,
                          previousSize: previous.size,
                          previousRoot: toHex(previous.root),
                      };
            return { ...common, reason, ...before };
        }
        case 1:
            return { ...common, software: event.software };
        case 2:
            return { ...common, nonce: toHex(event.nonce) };
        case 3:
        case 4: {
            const { rule, sensor, metric, value } = event;
            return {
                ...common,
                raised: event.type === 3,
                rule,
                ...(sensor === undefined ? {} : { sensor }),
                ...(metric === undefined ? {} : { metric }),
                ...(value === undefined ? {} : { value: numberSays(value) }),
            };
        }
        case 5:
            return { ...common, counts: Object.fromEntries(event.counts) };
        case 6:
            return { ...common, count: event.count, from: event.firstArrival, to: event.lastArrival };
        case 7:
            return { ...common, registrySize: event.registrySize };
        case 8:
            return { ...common, subject: event.room, on: event.on, target: numberSays(event.target) };
        case 9:
            return { ...common, hash: toHex(event.hash), outcome: event.outcome };
        case 10:
            return { ...common, labels: Object.fromEntries(event.labels) };
        case 11:
            return { ...common, keyHash: toHex(event.keyHash) };
    }
}

function lastSays(last: Last | undefined): object {
    if (last === undefined) {
        return {};
    }
    return { last: "reading" in last ? { reading: formatReadingNumber(last.reading) } : last };
}

function statementSays({ at, signer: by, content }: Statement): object {
    return { kind: content.kind, at, signer: by, content: contentSays(content) };
}

function contentSays(content: Statement["content"]): object {
    const { kind: _, ...fields } = content;
    switch (content.kind) {
        case 16:
            return {
                ...fields,
                key: toHex(writeKey(content.key)),
                ...(content.certificate === undefined ? {} : { certificate: toHex(content.certificate) }),
                ...(content.agreement === undefined ? {} : { agreement: toHex(writeKey(content.agreement)) }),
                ...(content.recovery === undefined ? {} : { recovery: toHex(content.recovery) }),
            };
        case 18:
            return { ...fields, ...lastSays(content.last) };
        case 19: {
            const { through, withdrawn, page } = content;
            return { through, revoked: [...withdrawn], ...(page === undefined ? {} : { page: [page.first, page.last] }) };
        }
        case 20: {
            const { old, key, since, last, agreement, recovery } = content;
            return {
                old,
                ...(key === undefined ? {} : { key: toHex(writeKey(key)) }),
                since,
                ...lastSays(last),
                ...(agreement === undefined ? {} : { agreement: toHex(writeKey(agreement)) }),
                ...(recovery === undefined
                    ? {}
                    : { recovery: toHex(writeKey(recovery.key)), nextRecovery: toHex(recovery.next) }),
            };
        }
        case 21:
            return { ...fields, log: content.log.text };
        default:
            return fields;
    }
}

function countersignatureSays({ kid, seconds, registrySize, from }: Countersignature): object {
    return { kid, seconds, registrySize, from };
}

function rollupSays(rollup: Rollup): object {
    const { mean, min, max, ...fields } = rollup;
    return { ...fields, mean: numberSays(mean), min: numberSays(min), max: numberSays(max) };
}

function itemSays(item: SlotItem): object {
    const common = { before: item.before, bytes: toHex(item.bytes) };
    switch (item.form) {
        case "reading":
            return { ...common, reading: readingSays(item.reading) };
        case "event":
            return { ...common, event: eventSays(item.event) };
        case "rollup":
            return { ...common, rollup: rollupSays(item.rollup) };
    }
}

function followSays(message: Follow): object {
    const log = message.log.text;
    switch (message.kind) {
        case "append": {
            const entries = message.entries.map((entry) =>
                "entry" in entry ? { entry: toHex(entry.entry) } : { blank: toHex(entry.blank) },
            );
            return { kind: "append", log, from: message.from, entries, ...stateSays(message) };
        }
        case "held":
            return message.state === undefined
                ? { kind: "held", log, size: message.size, head: null, countersignatures: [] }
                : { kind: "held", log, size: message.size, ...stateSays(message.state) };
        case "head-request":
            return { kind: "head", log };
        case "command":
            return { kind: "command", log, slot: toHex(message.slot) };
        case "start":
            return { kind: "start", log, frontier: message.frontier.map(toHex), ...stateSays(message) };
        default:
            return { ...message, log };
    }
}

function stateSays({ head, countersignatures }: Pick<Follow & { kind: "start" }, "head" | "countersignatures">): object {
    return { head: toHex(encodeHead(head)), countersignatures: countersignatures.map(countersignatureSays) };
}
