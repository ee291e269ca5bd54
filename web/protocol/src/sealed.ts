import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import type { EpochId } from "./envelope.js";
import { readCiphertext, readEpochId } from "./envelope.js";
import { readAlgorithm, readHeader } from "./header.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";

/** A slot as it stands in a sealed log (section 9.3). */
export interface Sealed {
    readonly epoch: EpochId;
    readonly step: number;
    readonly ciphertext: Bytes;
    readonly protected: Bytes;
}

const a256gcm = 3;

export function decodeSealed(bytes: Bytes): Sealed {
    return readWhole(bytes, readSealed);
}

export function encodeSealed(sealed: Sealed): Bytes {
    return cbor.tag(
        16,
        cbor.array(
            cbor.bytes(cbor.fields([1, cbor.integer(a256gcm)])),
            cbor.fields([4, cbor.bytes(fromHex(sealed.epoch))], [6, cbor.bytes(stepBytes(sealed.step))]),
            cbor.bytes(sealed.ciphertext),
        ),
    );
}

export function stepBytes(step: number): Bytes {
    return Uint8Array.of(step >> 8, step & 0xff);
}

function readSealed(reader: CborReader): Sealed {
    reader.tag(16);
    reader.arrayOf(3);
    const protectedBytes = reader.byteString();
    readHeader(protectedBytes, 1, (headers) => readAlgorithm(headers, a256gcm));
    if (reader.map() !== 2) {
        refuse("WrongCount", "a sealed slot's unprotected header has epoch and step alone");
    }
    reader.label(4);
    const epoch = readEpochId(reader);
    reader.label(6);
    const step = reader.bytes(2);
    return {
        epoch,
        step: (step[0] as number) * 256 + (step[1] as number),
        ciphertext: readCiphertext(reader, Limits.minSlot, Limits.maxSlot),
        protected: protectedBytes,
    };
}
