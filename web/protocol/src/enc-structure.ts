import type { Bytes } from "./bytes.js";
import { fromHex } from "./bytes.js";
import { cbor } from "./cbor-writer.js";
import type { EpochId } from "./envelope.js";
import type { LogId } from "./log-id.js";

/** The context of all that is sealed in an epoch of a log. */
export function epochContext(log: LogId, epoch: EpochId): Bytes {
    return cbor.array(cbor.text(log.text), cbor.bytes(fromHex(epoch)));
}

/** The additional data of what is encrypted (RFC 9052 section 5.3). */
export function encStructure(form: "Encrypt" | "Encrypt0", bodyProtected: Bytes, context: Bytes): Bytes {
    return cbor.array(cbor.text(form), cbor.bytes(bodyProtected), cbor.bytes(context));
}
