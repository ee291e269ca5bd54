import type { Bytes } from "./bytes.js";
import { equal } from "./bytes.js";
import { sha256 } from "./hash.js";
import { refuse } from "./refusal.js";

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** The hash of an entry in the tree of RFC 9162. */
export function leafHash(entry: Bytes): Promise<Bytes> {
    return sha256(leafPrefix, entry);
}

export function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
    return sha256(nodePrefix, left, right);
}

/** The root to which an inclusion proof leads from a leaf (RFC 9162 section 2.1.3.2). */
export async function rootFromProof(leaf: Bytes, index: number, size: number, path: readonly Bytes[]): Promise<Bytes> {
    if (index >= size) {
        refuse("ProofFails", "an index beyond the size");
    }
    let node = index;
    let last = size - 1;
    let hash = leaf;
    for (const sibling of path) {
        if (last === 0) {
            refuse("ProofFails", "a path that is too long");
        }
        if (node % 2 === 1 || node === last) {
            hash = await nodeHash(sibling, hash);
            while (node % 2 === 0 && node !== 0) {
                node /= 2;
                last = Math.floor(last / 2);
            }
        } else {
            hash = await nodeHash(hash, sibling);
        }
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
    }
    if (last !== 0) {
        refuse("ProofFails", "a path that is too short");
    }
    return hash;
}

/** The roots of a tree's complete subtrees, largest first: all that a follower needs to go on. */
export class Frontier {
    #size = 0;
    readonly #hashes: Bytes[] = [];

    /** A frontier that somebody gives; its count must fit the size. */
    static of(size: number, hashes: readonly Bytes[]): Frontier {
        if (hashes.length !== ones(size)) {
            refuse("WrongCount", "not one hash for each complete subtree");
        }
        const frontier = new Frontier();
        frontier.#size = size;
        frontier.#hashes.push(...hashes);
        return frontier;
    }

    get size(): number {
        return this.#size;
    }

    get hashes(): readonly Bytes[] {
        return this.#hashes;
    }

    async append(leaf: Bytes): Promise<void> {
        let hash = leaf;
        for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
            hash = await nodeHash(this.#hashes.pop() as Bytes, hash);
        }
        this.#hashes.push(hash);
        this.#size++;
    }

    async root(): Promise<Bytes> {
        let root = this.#hashes.at(-1);
        if (root === undefined) {
            return sha256();
        }
        for (let i = this.#hashes.length - 2; i >= 0; i--) {
            root = await nodeHash(this.#hashes[i] as Bytes, root);
        }
        return root;
    }

    async leadsTo(root: Bytes): Promise<boolean> {
        return equal(await this.root(), root);
    }
}

function ones(size: number): number {
    let count = 0;
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
        count += rest % 2;
    }
    return count;
}
