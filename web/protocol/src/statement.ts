import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { Major, readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { Entry } from "./entry.js";
import { decodeEntry, encodeEntry, EntryKind } from "./entry.js";
import { Fields } from "./fields.js";
import { readAlgorithm, readHeader } from "./header.js";
import type { PublicKey } from "./key.js";
import { KeyUse, readKey, writeKey } from "./key.js";
import type { Kid } from "./kid.js";
import { readKid } from "./kid.js";
import { Limits } from "./limits.js";
import type { LogId } from "./log-id.js";
import { readLogId } from "./log-id.js";
import type { ReadingNumber } from "./reading-number.js";
import { readReadingNumber, writeReadingNumber } from "./reading-number.js";
import { refuse } from "./refusal.js";
import { readRole, Role } from "./role.js";
import type { Sign1 } from "./sign1.js";
import { readSign1, writeSign1 } from "./sign1.js";
import { sigStructure, verifySignature } from "./signature.js";
import { readName } from "./text.js";

/** What of a withdrawn key still counts: a sensor's last reading, a gateway's last state, an app's last command. */
export type Last =
    | { readonly reading: ReadingNumber }
    | { readonly generation: number; readonly size: number }
    | { readonly command: number };

export interface Enrol {
    readonly kind: typeof EntryKind.enrol;
    readonly key: PublicKey;
    readonly role: Role;
    readonly name: string;
    readonly model?: string;
    readonly certificate?: Bytes;
    readonly agreement?: PublicKey;
    /** The hash of the recovery key; the authority's alone. */
    readonly recovery?: Bytes;
}

export interface Assign {
    readonly kind: typeof EntryKind.assign;
    readonly sensor: Kid;
    readonly gateway: string;
    readonly subject: string;
    readonly since: number;
    readonly archive?: Kid;
}

export interface Revoke {
    readonly kind: typeof EntryKind.revoke;
    readonly key: Kid;
    readonly since: number;
    readonly reason: string;
    readonly last?: Last;
}

export interface StatusPage {
    readonly first: Kid;
    readonly last: Kid;
}

export interface Status {
    readonly kind: typeof EntryKind.status;
    readonly through: number;
    /** Every key withdrawn, with its `since`, by rising kid. */
    readonly withdrawn: ReadonlyMap<Kid, number>;
    readonly page?: StatusPage;
}

export interface Rotate {
    readonly kind: typeof EntryKind.rotate;
    readonly old: Kid;
    readonly key?: PublicKey;
    readonly since: number;
    readonly last?: Last;
    readonly agreement?: PublicKey;
    readonly recovery?: { readonly key: PublicKey; readonly next: Bytes };
}

export interface Erase {
    readonly kind: typeof EntryKind.erase;
    readonly log: LogId;
    readonly first: number;
    readonly last: number;
    readonly reason: string;
}

export type StatementContent = Enrol | Assign | Revoke | Status | Rotate | Erase;

/** A signed entry of the registry (section 8). */
export interface Statement {
    readonly at: number;
    readonly signer: Kid;
    readonly content: StatementContent;
    readonly signed: Sign1;
}

const contentFormat = 60;

export function decodeStatement(bytes: Bytes): Statement {
    const entry = decodeEntry(bytes);
    const { message, header } = readWhole(entry.body, (reader) => readSign1(reader, readStatementHeader));
    const content = readWhole(message.payload, (reader) => readContent(entry, reader));
    return { at: entry.at, signer: header, content, signed: message };
}

export function encodeStatement(statement: Statement): Bytes {
    const { content } = statement;
    const body = writeSign1({
        protected: cbor.fields(
            [1, cbor.integer(-7)],
            [3, cbor.integer(contentFormat)],
            [4, cbor.bytes(fromHex(statement.signer))],
        ),
        payload: writeContent(content),
        signature: statement.signed.signature,
    });
    return encodeEntry({ kind: content.kind, at: statement.at, body });
}

/** Verifies a statement for its place: it can be neither replayed nor moved. */
export async function verifyStatement(
    statement: Statement,
    registry: LogId,
    index: number,
    key: PublicKey,
): Promise<void> {
    const { signed } = statement;
    const place = cbor.array(
        cbor.text("Sealway statement"),
        cbor.text(registry.text),
        cbor.integer(index),
        cbor.integer(statement.content.kind),
        cbor.integer(statement.at),
    );
    await verifySignature(key, signed.signature, sigStructure(signed.protected, signed.payload, place));
}

/** The header of what is signed under a content format: statements and commands. */
export function readStatementHeader(bytes: Bytes): Kid {
    return readHeader(bytes, 3, (reader) => {
        readAlgorithm(reader, -7);
        reader.label(3);
        if (reader.integer() !== contentFormat) {
            refuse("UnexpectedHeader", "another content format than CBOR");
        }
        reader.label(4);
        return readKid(reader);
    });
}

function readContent(entry: Entry, reader: CborReader): StatementContent {
    switch (entry.kind) {
        case EntryKind.enrol:
            return readEnrol(reader);
        case EntryKind.assign:
            return readAssign(reader);
        case EntryKind.revoke:
            return readRevoke(reader);
        case EntryKind.status:
            return readStatus(reader);
        case EntryKind.rotate:
            return readRotate(reader);
        case EntryKind.erase:
            return readErase(reader);
        default:
            return refuse("WrongKind", `an entry of kind ${entry.kind} holds no statement`);
    }
}

function readEnrol(reader: CborReader): Enrol {
    const fields = new Fields(reader);
    fields.next(1);
    const key = readKey(reader, KeyUse.signing);
    fields.next(2);
    const role = readRole(reader);
    fields.next(3);
    const enrol: Enrol = {
        kind: EntryKind.enrol,
        key,
        role,
        name: readName(reader),
        ...(fields.optional(4) ? { model: reader.text(Limits.text) } : {}),
        ...(fields.optional(5) ? { certificate: reader.bytesOf(1, Limits.certificate) } : {}),
        ...(fields.optional(6) ? { agreement: readKey(reader, KeyUse.agreement) } : {}),
        ...(role === Role.authority && fields.optional(7) ? { recovery: reader.bytes(32) } : {}),
    };
    fields.end("UnexpectedHeader");
    return enrol;
}

function readAssign(reader: CborReader): Assign {
    const fields = new Fields(reader);
    fields.next(1);
    const sensor = readKid(reader);
    fields.next(2);
    const gateway = readName(reader);
    fields.next(3);
    const subject = reader.text(Limits.text);
    fields.next(4);
    const since = reader.unsigned();
    const archive = fields.optional(5) ? { archive: readKid(reader) } : {};
    fields.end("UnexpectedHeader");
    return { kind: EntryKind.assign, sensor, gateway, subject, since, ...archive };
}

function readRevoke(reader: CborReader): Revoke {
    const fields = new Fields(reader);
    fields.next(1);
    const key = readKid(reader);
    fields.next(2);
    const since = reader.unsigned();
    fields.next(3);
    const reason = reader.text(Limits.text);
    const last = fields.optional(4) ? { last: readLast(reader) } : {};
    fields.end("UnexpectedHeader");
    return { kind: EntryKind.revoke, key, since, reason, ...last };
}

function readStatus(reader: CborReader): Status {
    const fields = new Fields(reader);
    fields.next(1);
    const through = reader.unsigned();
    fields.next(2);
    const withdrawn = readWithdrawn(reader);
    const page = fields.optional(3) ? readPage(reader) : undefined;
    fields.end("UnexpectedHeader");
    if (page === undefined) {
        return { kind: EntryKind.status, through, withdrawn };
    }
    for (const kid of withdrawn.keys()) {
        if (kid < page.first || kid > page.last) {
            refuse("NumberOutOfRange", "a status beyond its page");
        }
    }
    return { kind: EntryKind.status, through, withdrawn, page };
}

function readWithdrawn(reader: CborReader): Map<Kid, number> {
    const withdrawn = new Map<Kid, number>();
    const count = reader.arrayOf(0, Limits.withdrawalsInStatus);
    let previous = "";
    for (let i = 0; i < count; i++) {
        reader.arrayOf(2);
        const kid = readKid(reader);
        if (kid <= previous) {
            refuse("NotDeterministic", "kids that do not rise");
        }
        previous = kid;
        withdrawn.set(kid, reader.unsigned());
    }
    return withdrawn;
}

function readPage(reader: CborReader): StatusPage {
    reader.arrayOf(2);
    const first = readKid(reader);
    const last = readKid(reader);
    if (first > last) {
        refuse("NumberOutOfRange", "a page that ends before it begins");
    }
    return { first, last };
}

function readRotate(reader: CborReader): Rotate {
    const fields = new Fields(reader);
    fields.next(1);
    const old = readKid(reader);
    const key = fields.optional(2) ? { key: readKey(reader, KeyUse.signing) } : {};
    fields.next(3);
    const since = reader.unsigned();
    const rotate: Rotate = {
        kind: EntryKind.rotate,
        old,
        ...key,
        since,
        ...(fields.optional(4) ? { last: readLast(reader) } : {}),
        ...(fields.optional(6) ? { agreement: readKey(reader, KeyUse.agreement) } : {}),
    };
    if (fields.left > 0) {
        return readRecovery(rotate, reader, fields);
    }
    if (rotate.key === undefined && rotate.agreement === undefined) {
        refuse("WrongCount", "a rotation to nothing");
    }
    return rotate;
}

function readRecovery(rotate: Rotate, reader: CborReader, fields: Fields): Rotate {
    if (fields.left === 1) {
        refuse("WrongCount", "a recovery has a recovery key and the hash of the next");
    }
    if (rotate.key === undefined || rotate.last !== undefined || rotate.agreement !== undefined) {
        refuse("UnexpectedHeader", "a recovery has a new key, and neither a last nor an HPKE key");
    }
    fields.next(7);
    const key = readKey(reader, KeyUse.signing);
    fields.next(8);
    const next = reader.bytes(32);
    fields.end("UnexpectedHeader");
    return { ...rotate, recovery: { key, next } };
}

function readErase(reader: CborReader): Erase {
    const fields = new Fields(reader);
    fields.next(1);
    const log = readLogId(reader);
    fields.next(2);
    const first = reader.unsigned();
    fields.next(3);
    const reason = reader.text(Limits.text);
    const more = fields.optional(4);
    const last = more ? reader.unsigned() : first;
    fields.end("UnexpectedHeader");
    if (more && (last <= first || last >= first + Limits.erasure)) {
        refuse("NumberOutOfRange", "an erasure of no entries or of too many");
    }
    return { kind: EntryKind.erase, log, first, last, reason };
}

function readLast(reader: CborReader): Last {
    switch (reader.peekMajor()) {
        case Major.bytes:
            return { reading: readReadingNumber(reader) };
        case Major.array: {
            reader.arrayOf(2);
            const generation = reader.unsigned(9_999_999_999);
            return { generation, size: reader.unsigned() };
        }
        default:
            return { command: reader.unsigned() };
    }
}

function writeContent(content: StatementContent): Bytes {
    switch (content.kind) {
        case EntryKind.enrol:
            return cbor.fields(
                [1, writeKey(content.key)],
                [2, cbor.integer(content.role)],
                [3, cbor.text(content.name)],
                [4, optional(content.model, cbor.text)],
                [5, optional(content.certificate, cbor.bytes)],
                [6, optional(content.agreement, writeKey)],
                [7, optional(content.recovery, cbor.bytes)],
            );
        case EntryKind.assign:
            return cbor.fields(
                [1, writeKid(content.sensor)],
                [2, cbor.text(content.gateway)],
                [3, cbor.text(content.subject)],
                [4, cbor.integer(content.since)],
                [5, optional(content.archive, writeKid)],
            );
        case EntryKind.revoke:
            return cbor.fields(
                [1, writeKid(content.key)],
                [2, cbor.integer(content.since)],
                [3, cbor.text(content.reason)],
                [4, optional(content.last, writeLast)],
            );
        case EntryKind.status: {
            const withdrawn = [...content.withdrawn].map(([kid, at]) => cbor.array(writeKid(kid), cbor.integer(at)));
            return cbor.fields(
                [1, cbor.integer(content.through)],
                [2, cbor.array(...withdrawn)],
                [3, optional(content.page, (page) => cbor.array(writeKid(page.first), writeKid(page.last)))],
            );
        }
        case EntryKind.rotate:
            return cbor.fields(
                [1, writeKid(content.old)],
                [2, optional(content.key, writeKey)],
                [3, cbor.integer(content.since)],
                [4, optional(content.last, writeLast)],
                [6, optional(content.agreement, writeKey)],
                [7, optional(content.recovery, (recovery) => writeKey(recovery.key))],
                [8, optional(content.recovery, (recovery) => cbor.bytes(recovery.next))],
            );
        case EntryKind.erase:
            return cbor.fields(
                [1, cbor.text(content.log.text)],
                [2, cbor.integer(content.first)],
                [3, cbor.text(content.reason)],
                [4, content.last === content.first ? undefined : cbor.integer(content.last)],
            );
    }
}

function writeLast(last: Last): Bytes {
    if ("reading" in last) {
        return cbor.bytes(writeReadingNumber(last.reading));
    }
    return "command" in last
        ? cbor.integer(last.command)
        : cbor.array(cbor.integer(last.generation), cbor.integer(last.size));
}

function writeKid(kid: Kid): Bytes {
    return cbor.bytes(fromHex(kid));
}

function optional<T>(value: T | undefined, write: (value: T) => Bytes): Bytes | undefined {
    return value === undefined ? undefined : write(value);
}
