import { execFile } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { flipped, whole } from "./altering.js";
import { publicKey } from "./vectors.js";

const example = new URL("../examples/verify-waybill.js", import.meta.url);

function authorityPem(): string {
    const { x, y } = publicKey("authority");
    const [x64, y64] = [x, y].map((coordinate) => Buffer.from(coordinate).toString("base64url"));
    const jwk = { kty: "EC", crv: "P-256", x: x64 as string, y: y64 as string };
    return createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" }) as string;
}

it("The readme's example verifies a waybill, and refuses an altered one", async () => {
    const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
    expect(readme).toContain((await readFile(example, "utf8")).trim());

    const folder = await mkdtemp(join(tmpdir(), "waybill-"));
    try {
        const [genuine, altered, authority] = ["reading.waybill", "altered.waybill", "authority.pub"].map((name) =>
            join(folder, name),
        ) as [string, string, string];
        await writeFile(genuine, whole);
        await writeFile(altered, flipped(whole, whole.length * 8 - 1));
        await writeFile(authority, authorityPem());
        const verify = (waybill: string) =>
            promisify(execFile)(process.execPath, [fileURLToPath(example), waybill, authority]);

        expect((await verify(genuine)).stdout).toMatch(/^[a-z0-9-]+\/\d+ #\d+: valid, provisional$/m);
        await expect(verify(altered)).rejects.toMatchObject({ stderr: expect.stringMatching(/Refusal: [A-Z][A-Za-z]+: /) });
    } finally {
        await rm(folder, { recursive: true });
    }
});
