import { readFileSync } from "node:fs";
import { parseAuthorityKey, verifyWaybill } from "@sealway/protocol";

const [waybill, authority] = process.argv.slice(2);
const { log, entries } = await verifyWaybill(readFileSync(waybill), parseAuthorityKey(readFileSync(authority, "utf8")));
for (const { index, verdict, final } of entries) {
    console.log(`${log.log.text} #${index}: ${verdict.verdict}, ${final ? "final" : "provisional"}`);
}
