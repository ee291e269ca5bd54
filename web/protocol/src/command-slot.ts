import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import { CborReader, readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { Command } from "./command.js";
import { readCommand } from "./command.js";
import { encStructure } from "./enc-structure.js";
import { encodeEncapsulatedKey, readEncapsulatedKey } from "./envelope.js";
import { readAlgorithm, readHeader } from "./header.js";
import type { AgreementPrivateKey } from "./hpke.js";
import { openHpke } from "./hpke.js";
import { Limits } from "./limits.js";
import type { LogId } from "./log-id.js";
import { refuse } from "./refusal.js";

/** What an app sends with each fetch, whether it holds a command or none (section 10). */
export interface CommandSlot {
    readonly enc: Bytes;
    readonly ciphertext: Bytes;
}

const header: Bytes = fromHex("a101182d");
const integratedHpke = 45;
const ciphertextLength = 1_969;

export function decodeCommandSlot(bytes: Bytes): CommandSlot {
    if (bytes.length !== Limits.commandSlot) {
        refuse("WrongSize", `a command slot of ${bytes.length} bytes`);
    }
    return readWhole(bytes, (reader) => {
        reader.tag(16);
        reader.arrayOf(3);
        readHeader(reader.byteString(), 1, (headers) => readAlgorithm(headers, integratedHpke));
        const enc = readEncapsulatedKey(reader);
        return { enc, ciphertext: reader.bytes(ciphertextLength) };
    });
}

export function encodeCommandSlot(slot: CommandSlot): Bytes {
    return cbor.tag(16, cbor.array(cbor.bytes(header), encodeEncapsulatedKey(slot.enc), cbor.bytes(slot.ciphertext)));
}

/** Opens a slot with the gateway's key: a command with its bytes, or nothing. */
export async function openCommandSlot(
    slot: CommandSlot,
    log: LogId,
    gateway: AgreementPrivateKey,
): Promise<{ readonly command: Command; readonly bytes: Bytes } | undefined> {
    const aad = encStructure("Encrypt0", header, cbor.text(log.text));
    const plaintext = await openHpke(gateway, { ...slot, info: new Uint8Array(0), aad });
    const reader = new CborReader(plaintext);
    const command = plaintext[0] === 0 ? undefined : readCommand(reader);
    if (plaintext.subarray(reader.position).some((byte) => byte !== 0)) {
        refuse("TrailingBytes", "something after the command");
    }
    return command === undefined ? undefined : { command, bytes: reader.since(0) };
}
