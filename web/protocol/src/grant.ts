import type { Bytes } from "./bytes.js";
import type { CborReader } from "./cbor-reader.js";
import { readWhole } from "./cbor-reader.js";
import type { Envelope } from "./envelope.js";
import { readEpochId } from "./envelope.js";
import type { EpochKey } from "./epoch-key.js";
import type { AgreementPrivateKey } from "./hpke.js";
import { Limits } from "./limits.js";
import type { LogId } from "./log-id.js";
import { openEnvelope } from "./open-envelope.js";

/** Opens a grant: older epochs' keys, each still to be checked against its epoch's first slot (section 9.2). */
export async function openGrant(envelope: Envelope, log: LogId, newcomer: AgreementPrivateKey): Promise<EpochKey[]> {
    return decodeGrantPlaintext(await openEnvelope(envelope, log, newcomer));
}

export function decodeGrantPlaintext(bytes: Bytes): EpochKey[] {
    return readWhole(bytes, (reader) => {
        const count = reader.arrayOf(1, Limits.grantKeys);
        return Array.from({ length: count }, () => readEpochKey(reader));
    });
}

function readEpochKey(reader: CborReader): EpochKey {
    reader.arrayOf(2);
    return { epoch: readEpochId(reader), key: reader.bytes(32) };
}
