import type { Bytes } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { emptyHeader, readEmptyHeader } from "./header.js";

/** A tagged COSE_Sign1 with an empty unprotected header and an embedded payload, as it came. */
export interface Sign1 {
    readonly protected: Bytes;
    readonly payload: Bytes;
    readonly signature: Bytes;
}

export function readSign1<H>(
    reader: CborReader,
    readProtected: (bytes: Bytes) => H,
): { readonly message: Sign1; readonly header: H } {
    reader.tag(18);
    reader.arrayOf(4);
    const protectedBytes = reader.byteString();
    const header = readProtected(protectedBytes);
    readEmptyHeader(reader);
    const payload = reader.byteString();
    const signature = reader.bytes(64);
    return { message: { protected: protectedBytes, payload, signature }, header };
}

export function writeSign1(message: Sign1): Bytes {
    return cbor.tag(
        18,
        cbor.array(
            cbor.bytes(message.protected),
            emptyHeader(),
            cbor.bytes(message.payload),
            cbor.bytes(message.signature),
        ),
    );
}
