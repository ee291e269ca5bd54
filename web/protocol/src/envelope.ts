import type { Bytes } from "./bytes.js";
import { fromHex, toHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { readAlgorithm, readClaims, readHeader } from "./header.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";

/** An epoch's id in 8 hexadecimal digits. */
export type EpochId = string;

/** One slot of an envelope: the content key, wrapped to somebody who is not named. */
export interface Recipient {
    readonly enc: Bytes;
    readonly wrapped: Bytes;
}

/** The form of epochs and grants (section 9): something sealed to a power of two of recipients. */
export interface Envelope {
    readonly epoch: EpochId;
    readonly registrySize: number;
    readonly iv: Bytes;
    readonly ciphertext: Bytes;
    readonly recipients: readonly Recipient[];
    readonly protected: Bytes;
}

const a256gcm = 3;
const registrySizeClaim = -65538;
const encapsulatedKey = -4;
/** `{ 1: 53 }`: HPKE-7-KE. */
export const recipientHeader: Bytes = fromHex("a1011835");

/** An epoch holds a key of 32 bytes. */
export function decodeEpoch(bytes: Bytes): Envelope {
    return readWhole(bytes, (reader) => readEnvelope(reader, 32, 32));
}

/** A grant holds 1 to 1,024 keys of 32 bytes, each with its epoch's id. */
export function decodeGrant(bytes: Bytes): Envelope {
    return readWhole(bytes, (reader) => readEnvelope(reader, 1 + 40, 3 + 40 * Limits.grantKeys));
}

export function encodeEnvelope(envelope: Envelope): Bytes {
    return cbor.tag(
        96,
        cbor.array(
            cbor.bytes(encodeEnvelopeHeader(envelope)),
            cbor.fields([5, cbor.bytes(envelope.iv)]),
            cbor.bytes(envelope.ciphertext),
            cbor.array(...envelope.recipients.map(encodeRecipient)),
        ),
    );
}

function readEnvelope(reader: CborReader, minPlaintext: number, maxPlaintext: number): Envelope {
    reader.tag(96);
    reader.arrayOf(4);
    const protectedBytes = reader.byteString();
    const header = readHeader(protectedBytes, 3, (headers) => {
        readAlgorithm(headers, a256gcm);
        headers.label(4);
        const epoch = readEpochId(headers);
        return readClaims(headers, 1, 1, () => {
            headers.label(registrySizeClaim);
            return { epoch, registrySize: headers.unsigned() };
        });
    });
    if (reader.map() !== 1) {
        refuse("WrongCount", "an envelope's unprotected header has the IV alone");
    }
    reader.label(5);
    const iv = reader.bytes(12);
    const ciphertext = readCiphertext(reader, minPlaintext, maxPlaintext);
    const count = reader.arrayOf(Limits.minRecipients, Limits.maxRecipients);
    if ((count & (count - 1)) !== 0) {
        refuse("WrongCount", `${count} recipients`);
    }
    const recipients = Array.from({ length: count }, () => readRecipient(reader));
    return { ...header, iv, ciphertext, recipients, protected: protectedBytes };
}

/** A ciphertext of AES-GCM: as long as what it must hold, and the tag at its end. */
export function readCiphertext(reader: CborReader, minPlaintext: number, maxPlaintext: number): Bytes {
    return reader.bytesOf(minPlaintext + Limits.tag, maxPlaintext + Limits.tag, "WrongCount");
}

function readRecipient(reader: CborReader): Recipient {
    reader.arrayOf(3);
    readHeader(reader.byteString(), 1, (headers) => readAlgorithm(headers, 53));
    const enc = readEncapsulatedKey(reader);
    return { enc, wrapped: reader.bytes(48) };
}

/** An unprotected header with HPKE's encapsulated key alone. */
export function readEncapsulatedKey(reader: CborReader): Bytes {
    if (reader.map() !== 1) {
        refuse("WrongCount", "an unprotected header has the encapsulated key alone");
    }
    reader.label(encapsulatedKey);
    return reader.bytes(65);
}

export function encodeEncapsulatedKey(enc: Bytes): Bytes {
    return cbor.fields([encapsulatedKey, cbor.bytes(enc)]);
}

export function readEpochId(reader: CborReader): EpochId {
    return toHex(reader.bytes(4));
}

function encodeEnvelopeHeader(envelope: Envelope): Bytes {
    return cbor.fields(
        [1, cbor.integer(a256gcm)],
        [4, cbor.bytes(fromHex(envelope.epoch))],
        [15, cbor.fields([registrySizeClaim, cbor.integer(envelope.registrySize)])],
    );
}

function encodeRecipient(recipient: Recipient): Bytes {
    return cbor.array(
        cbor.bytes(recipientHeader),
        encodeEncapsulatedKey(recipient.enc),
        cbor.bytes(recipient.wrapped),
    );
}
