import { describe, expect, it } from "vitest";
import { fromHex } from "../src/bytes.js";
import { Judge } from "../src/judge.js";
import { parseLogId } from "../src/log-id.js";
import { Registry } from "../src/registry.js";
import { verdictSays } from "./says.js";
import { publicKey, vectors } from "./vectors.js";

describe("A log's entries, judged in their order", () => {
    it.each(vectors("verdicts"))("have the verdicts that they must: $name", async ({ with: given, entries, says }) => {
        const registry = Registry.whole(publicKey(given.authority));
        for (const entry of given.registry) {
            await registry.append(fromHex(entry));
        }
        const judge = new Judge(parseLogId(given.log), registry);
        const verdicts = [];
        for (const entry of entries) {
            verdicts.push(verdictSays(await judge.judge(fromHex(entry))));
        }
        expect(verdicts).toEqual(says);
    });
});
