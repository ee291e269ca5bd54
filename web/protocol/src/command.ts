import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { Fields } from "./fields.js";
import type { PublicKey } from "./key.js";
import type { Kid } from "./kid.js";
import { readKid } from "./kid.js";
import { Limits } from "./limits.js";
import type { LogId } from "./log-id.js";
import type { MeasuredNumber } from "./number.js";
import { readNumber, writeNumber } from "./number.js";
import { refuse } from "./refusal.js";
import type { Sign1 } from "./sign1.js";
import { readSign1, writeSign1 } from "./sign1.js";
import { sigStructure, verifySignature } from "./signature.js";
import { readStatementHeader } from "./statement.js";

export type Action =
    | { readonly action: 1; readonly room: string; readonly target: MeasuredNumber }
    | { readonly action: 2; readonly member: Kid }
    | { readonly action: 3; readonly grant: Bytes }
    /** A new HPKE key of the member: a whole entry of the registry, for this index. */
    | { readonly action: 4; readonly index: number; readonly entry: Bytes };

/** What a member asks of the gateway of its home (section 10). */
export type Command = Action & {
    readonly signer: Kid;
    readonly number: number;
    readonly expiry: number;
    /** The member's latest head. */
    readonly size: number;
    readonly root: Bytes;
    readonly signed: Sign1;
};

/** How many fields each action has beside its number. */
const actionFields: readonly (number | undefined)[] = [undefined, 2, 1, 1, 2];

export function decodeCommand(bytes: Bytes): Command {
    return readWhole(bytes, readCommand);
}

export function readCommand(reader: CborReader): Command {
    const { message, header } = readSign1(reader, readStatementHeader);
    const content = readWhole(message.payload, readContent);
    return { signer: header, ...content, signed: message };
}

export function encodeCommand(command: Command): Bytes {
    return writeSign1({
        protected: cbor.fields([1, cbor.integer(-7)], [3, cbor.integer(60)], [4, cbor.bytes(fromHex(command.signer))]),
        payload: cbor.fields(
            [1, cbor.integer(command.number)],
            [2, cbor.integer(command.expiry)],
            [3, cbor.integer(command.size)],
            [4, cbor.bytes(command.root)],
            [5, cbor.integer(command.action)],
            ...writeAction(command),
        ),
        signature: command.signed.signature,
    });
}

export async function verifyCommand(command: Command, log: LogId, key: PublicKey): Promise<void> {
    const place = cbor.array(cbor.text("Sealway command"), cbor.text(log.text));
    const { signed } = command;
    await verifySignature(key, signed.signature, sigStructure(signed.protected, signed.payload, place));
}

function readContent(reader: CborReader): Omit<Command, "signer" | "signed" | keyof Action> & Action {
    const fields = new Fields(reader);
    fields.next(1);
    const number = reader.unsigned();
    fields.next(2);
    const expiry = reader.unsigned();
    fields.next(3);
    const size = reader.unsigned();
    if (size === 0) {
        refuse("NumberOutOfRange", "a head of at least one entry is named");
    }
    fields.next(4);
    const root = reader.bytes(32);
    fields.next(5);
    const action = readAction(reader, fields);
    return { number, expiry, size, root, ...action };
}

function readAction(reader: CborReader, fields: Fields): Action {
    const action = reader.unsigned();
    const count = actionFields[action];
    if (count === undefined || fields.left < count) {
        refuse("Malformed", "an action without its fields");
    }
    if (fields.left > count) {
        refuse("WrongCount", "more fields than the action has");
    }
    switch (action) {
        case 1: {
            fields.next(6);
            const room = reader.text(Limits.text);
            fields.next(7);
            return { action, room, target: readNumber(reader) };
        }
        case 2:
            fields.next(8);
            return { action, member: readKid(reader) };
        case 3:
            fields.next(9);
            return { action, grant: reader.bytesOf(1, Limits.commandGrant) };
        case 4: {
            fields.next(10);
            const index = reader.unsigned();
            fields.next(11);
            return { action, index, entry: reader.bytesOf(1, Limits.commandEntry) };
        }
        default:
            return refuse("Malformed", `action ${action}`);
    }
}

function writeAction(action: Action): (readonly [label: number, value: Bytes])[] {
    switch (action.action) {
        case 1:
            return [
                [6, cbor.text(action.room)],
                [7, writeNumber(action.target)],
            ];
        case 2:
            return [[8, cbor.bytes(fromHex(action.member))]];
        case 3:
            return [[9, cbor.bytes(action.grant)]];
        case 4:
            return [
                [10, cbor.integer(action.index)],
                [11, cbor.bytes(action.entry)],
            ];
    }
}
