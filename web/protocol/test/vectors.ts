import { readFileSync } from "node:fs";
import { fromHex } from "../src/bytes.js";
import type { PublicKey } from "../src/key.js";
import { decodeKey } from "../src/key.js";

/* eslint-disable @typescript-eslint/no-explicit-any */
export interface Vector {
    readonly name: string;
    readonly kind: string;
    readonly with: any;
    readonly bytes: string;
    readonly entries: readonly string[];
    readonly says?: any;
    readonly reason?: string;
    readonly number?: number;
}

export interface VectorKey {
    readonly name: string;
    readonly use: "sign" | "agree";
    readonly private: string;
    readonly kid: string;
    readonly coseKey: string;
}

function file(name: string): any {
    return JSON.parse(readFileSync(new URL(`../../../docs/vectors/${name}.json`, import.meta.url), "utf8"));
}

export function vectors(name: string): readonly Vector[] {
    return file(name).vectors;
}

const keys = new Map<string, VectorKey>(file("keys").keys.map((key: VectorKey) => [key.name, key]));

export function vectorKey(name: string): VectorKey {
    const key = keys.get(name);
    if (key === undefined) {
        throw new Error(`no key ${name}`);
    }
    return key;
}

const publicKeys = new Map<string, PublicKey>();

export function publicKey(name: string): PublicKey {
    let key = publicKeys.get(name);
    if (key === undefined) {
        key = decodeKey(fromHex(vectorKey(name).coseKey));
        publicKeys.set(name, key);
    }
    return key;
}
