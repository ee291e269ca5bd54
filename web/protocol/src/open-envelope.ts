import { openAesGcm } from "./aes-gcm.js";
import type { Bytes } from "./bytes.js";
import { cbor } from "./cbor-writer.js";
import { encStructure, epochContext } from "./enc-structure.js";
import type { Envelope, Recipient } from "./envelope.js";
import { recipientHeader } from "./envelope.js";
import type { AgreementPrivateKey } from "./hpke.js";
import { openHpke } from "./hpke.js";
import type { LogId } from "./log-id.js";
import { Refusal, refuse } from "./refusal.js";

const contentAlgorithm = 3;

/** Opens an epoch or a grant of a log with a member's key (section 9). */
export async function openEnvelope(envelope: Envelope, log: LogId, key: AgreementPrivateKey): Promise<Bytes> {
    const context = epochContext(log, envelope.epoch);
    const contentKey = await unwrap(envelope.recipients, context, key);
    return openAesGcm(contentKey, envelope.iv, encStructure("Encrypt", envelope.protected, context), envelope.ciphertext);
}

/** The content key. No recipient is named, so that each is tried. */
async function unwrap(recipients: readonly Recipient[], context: Bytes, key: AgreementPrivateKey): Promise<Bytes> {
    const info = cbor.array(
        cbor.text("HPKE Recipient"),
        cbor.integer(contentAlgorithm),
        cbor.bytes(recipientHeader),
        cbor.bytes(context),
    );
    for (const { enc, wrapped } of recipients) {
        try {
            return await openHpke(key, { enc, info, aad: new Uint8Array(0), ciphertext: wrapped });
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
        }
    }
    return refuse("NotForUs", "none of the recipients is this key");
}
