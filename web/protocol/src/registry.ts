import type { Bytes } from "./bytes.js";
import { equal } from "./bytes.js";
import { EntryKind } from "./entry.js";
import { sha256 } from "./hash.js";
import type { HeadClaims } from "./head.js";
import type { PublicKey } from "./key.js";
import { kidOf, samePoint, writeKey } from "./key.js";
import type { Kid } from "./kid.js";
import type { LogId } from "./log-id.js";
import { parseLogId } from "./log-id.js";
import type { ReasonName } from "./refusal.js";
import { Refusal, refuse } from "./refusal.js";
import { Role } from "./role.js";
import type { Assign, Enrol, Erase, Last, Revoke, Rotate, Statement } from "./statement.js";
import { decodeStatement, verifyStatement } from "./statement.js";
import { StatusRules } from "./status-rules.js";

/** When and how a key was withdrawn. */
export interface Withdrawal {
    readonly since: number;
    /** The index of the statement that has effect now. */
    readonly index: number;
    /** The index of the first statement that withdrew the key. */
    readonly firstIndex: number;
    readonly last?: Last;
}

/** A key that was ever enrolled, and whose it is. */
export interface Party {
    readonly kid: Kid;
    readonly key: PublicKey;
    readonly role: Role;
    readonly name: string;
    /** The index of the entry that brought the key. */
    readonly index: number;
    readonly agreement?: PublicKey;
    readonly withdrawal?: Withdrawal;
}

export interface Assignment {
    readonly sensor: Kid;
    readonly gateway: string;
    readonly subject: string;
    readonly since: number;
    readonly archive?: Kid;
    readonly index: number;
}

export interface WithoutEffect {
    readonly index: number;
    readonly reason: ReasonName;
}

/** What the registry says, entry by entry from the pinned key on (section 8). */
export class Registry {
    readonly #pinned: PublicKey;
    readonly #parties = new Map<Kid, Party>();
    readonly #present = new Map<string, Kid>();
    readonly #used = new Set<Kid>();
    readonly #assignments: Assignment[] = [];
    readonly #erasures: Erase[] = [];
    readonly #withoutEffect: WithoutEffect[] = [];
    readonly #statuses: StatusRules;
    #log: LogId | undefined;
    #authority: Kid | undefined;
    #recovery: Bytes | undefined;
    #size = 0;

    private constructor(pinned: PublicKey, excerpt: boolean) {
        this.#pinned = pinned;
        this.#statuses = new StatusRules(this.#parties, excerpt);
    }

    /** A registry that is followed whole. */
    static whole(pinned: PublicKey): Registry {
        return new Registry(pinned, false);
    }

    /** A registry of which a waybill shows some statements (section 11). */
    static excerpt(pinned: PublicKey): Registry {
        return new Registry(pinned, true);
    }

    /** How much of the registry is known. */
    get size(): number {
        return this.#size;
    }

    /** The registry's log, once entry 0 names it. */
    get log(): LogId | undefined {
        return this.#log;
    }

    /** The key that signs the statements now. */
    get authority(): Kid | undefined {
        return this.#authority;
    }

    get parties(): Iterable<Party> {
        return this.#parties.values();
    }

    get assignments(): readonly Assignment[] {
        return this.#assignments;
    }

    get erasures(): readonly Erase[] {
        return this.#erasures;
    }

    get withoutEffect(): readonly WithoutEffect[] {
        return this.#withoutEffect;
    }

    /** The latest complete status that had an effect. */
    get status(): { readonly through: number; readonly index: number } | undefined {
        return this.#statuses.complete;
    }

    party(kid: Kid): Party | undefined {
        return this.#parties.get(kid);
    }

    /** The key that a name has now. */
    present(name: string): Party | undefined {
        const kid = this.#present.get(name);
        return kid === undefined ? undefined : this.#parties.get(kid);
    }

    assignmentsOf(sensor: Kid): readonly Assignment[] {
        return this.#assignments.filter((assignment) => assignment.sensor === sensor);
    }

    /** Takes the next entry. One without effect stays, and why is kept. */
    async append(entry: Bytes): Promise<void> {
        const index = this.#size;
        try {
            await this.apply(index, entry);
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
            this.#withoutEffect.push({ index, reason: error.reason });
        }
        this.#size = index + 1;
    }

    /** Applies an entry at its index; refuses one that has no effect. */
    async apply(index: number, entry: Bytes): Promise<void> {
        const statement = decodeStatement(entry);
        const { content } = statement;
        if (index === 0) {
            await this.#begin(statement);
        } else if (this.#log === undefined) {
            refuse("WrongSigner", "nothing has effect without the authority's enrolment");
        } else if (content.kind === EntryKind.rotate) {
            await this.#rotate(statement, content, index);
        } else {
            await this.#verify(statement, index, this.#signerOf(statement).key);
            await this.#take(statement, index);
        }
        this.#size = Math.max(this.#size, index + 1);
    }

    /** States how much of the registry is known, where not all of it is shown. */
    extendTo(size: number): void {
        this.#size = Math.max(this.#size, size);
    }

    /** Whether a key may have signed this head of the registry; refuses what may not. */
    headSigner(head: HeadClaims): Party {
        const party = this.#parties.get(head.kid) ?? refuse("UnknownKey", "the registry's head is by an unknown key");
        if (party.role !== Role.registrar && party.role !== Role.authority) {
            refuse("WrongRole", "neither the authority nor a registrar");
        }
        if (party.withdrawal !== undefined && head.size > party.withdrawal.firstIndex) {
            refuse("Revoked", "the registry's head is by a key that was withdrawn before");
        }
        return party;
    }

    /** Whether a key may have signed this head of a gateway's log; refuses what may not. */
    gatewayHeadSigner(head: HeadClaims): Party {
        const party = this.#parties.get(head.kid) ?? refuse("UnknownKey", "the log's head is by an unknown key");
        if (party.role !== Role.gateway || party.name !== head.log.name) {
            refuse("WrongRole", "not the gateway of the log's name");
        }
        const { withdrawal } = party;
        if (withdrawal === undefined) {
            return party;
        }
        const { last } = withdrawal;
        const counts =
            last !== undefined && "generation" in last
                ? head.log.generation < last.generation ||
                  (head.log.generation === last.generation && head.size <= last.size)
                : head.seconds * 1000 < withdrawal.since;
        if (!counts) {
            refuse("Revoked", "the log's head is by a key that was withdrawn before");
        }
        return party;
    }

    async #begin(statement: Statement): Promise<void> {
        const { content } = statement;
        if (content.kind !== EntryKind.enrol || content.role !== Role.authority) {
            return refuse("WrongKind", "entry 0 enrols the authority");
        }
        const kid = await kidOf(this.#pinned);
        if (statement.signer !== kid || !samePoint(content.key, this.#pinned)) {
            refuse("WrongSigner", "entry 0 is another authority's");
        }
        const log = parseLogId(`${content.name}/0`);
        await verifyStatement(statement, log, 0, this.#pinned);
        await this.#enrol(content, 0);
        this.#log = log;
        this.#authority = kid;
        this.#recovery = content.recovery;
    }

    /** Who must have signed a statement that is no rotation. */
    #signerOf(statement: Statement): Party {
        const { signer, content } = statement;
        const party = this.#parties.get(signer);
        if (party !== undefined && signer === this.#authority) {
            return party;
        }
        if (content.kind !== EntryKind.status || party?.role !== Role.registrar) {
            return refuse("WrongSigner", "not the authority's statement");
        }
        if (party.withdrawal !== undefined) {
            refuse("Revoked", "a registrar that does not stand");
        }
        return party;
    }

    async #verify(statement: Statement, index: number, key: PublicKey): Promise<void> {
        await verifyStatement(statement, this.#log as LogId, index, key);
    }

    async #take(statement: Statement, index: number): Promise<void> {
        const { content } = statement;
        switch (content.kind) {
            case EntryKind.enrol:
                if (content.role === Role.authority) {
                    refuse("WrongRole", "role 0 is entry 0's alone");
                }
                await this.#enrol(content, index);
                break;
            case EntryKind.assign:
                this.#assign(content, index);
                break;
            case EntryKind.revoke:
                this.#revoke(content, index);
                break;
            case EntryKind.status:
                this.#statuses.take(statement.at, content, index);
                break;
            case EntryKind.erase:
                this.#erase(content);
                break;
            default:
                refuse("WrongKind", "a rotation is taken by itself");
        }
    }

    async #enrol(enrol: Enrol, index: number): Promise<void> {
        const { role, name, key, agreement } = enrol;
        if (this.#present.has(name)) {
            refuse("AlreadyEnrolled", "the name is enrolled already");
        }
        const kid = await this.#useNew(key, agreement);
        const party: Party = { kid, key, role, name, index };
        this.#parties.set(kid, agreement === undefined ? party : { ...party, agreement });
        this.#present.set(name, kid);
    }

    /** Marks keys as used; no kid is ever enrolled twice, for whatever use. Answers the first key's kid. */
    async #useNew(key: PublicKey, more?: PublicKey): Promise<Kid> {
        const kid = await kidOf(key);
        const other = more === undefined ? undefined : await kidOf(more);
        if (this.#used.has(kid) || kid === other || (other !== undefined && this.#used.has(other))) {
            refuse("AlreadyEnrolled", "the key is enrolled already");
        }
        this.#used.add(kid);
        if (other !== undefined) {
            this.#used.add(other);
        }
        return kid;
    }

    #assign(assign: Assign, index: number): void {
        const sensor = this.#standing(assign.sensor);
        if (sensor.role !== Role.sensor) {
            refuse("WrongRole", "not a sensor");
        }
        const gateway = this.present(assign.gateway);
        if (gateway?.role !== Role.gateway) {
            return refuse("UnknownKey", "not a gateway's name");
        }
        if (gateway.withdrawal !== undefined) {
            refuse("Revoked", "the gateway was withdrawn");
        }
        if (assign.archive !== undefined) {
            const archive = this.#standing(assign.archive);
            if (archive.role !== Role.archive && archive.role !== Role.app) {
                refuse("WrongRole", "neither an archive nor an app");
            }
        }
        const { kind: _, ...assignment } = assign;
        this.#assignments.push({ ...assignment, index });
    }

    #standing(kid: Kid): Party {
        const party = this.#parties.get(kid) ?? refuse("UnknownKey", "never enrolled");
        if (party.withdrawal !== undefined) {
            refuse("Revoked", "withdrawn");
        }
        return party;
    }

    #revoke(revoke: Revoke, index: number): void {
        const party = this.#parties.get(revoke.key) ?? refuse("UnknownKey", "never enrolled");
        if (party.kid === this.#authority) {
            refuse("Contradiction", "the authority's present key is never revoked");
        }
        this.#checkLast(party, revoke.last);
        if (party.withdrawal !== undefined && revoke.since >= party.withdrawal.since) {
            refuse("Contradiction", "withdrawn already, and not later");
        }
        this.#withdraw(party, revoke.since, index, revoke.last);
    }

    #checkLast(party: Party, last: Last | undefined): void {
        if (last === undefined) {
            return;
        }
        const fits =
            (party.role === Role.sensor && "reading" in last) ||
            (party.role === Role.gateway && "generation" in last) ||
            (party.role === Role.app && "command" in last);
        if (!fits) {
            refuse("Contradiction", "a last of another role's form");
        }
    }

    #withdraw(party: Party, since: number, index: number, last: Last | undefined): void {
        const withdrawal: Withdrawal = {
            since,
            index,
            firstIndex: party.withdrawal?.firstIndex ?? index,
            ...(last === undefined ? {} : { last }),
        };
        this.#parties.set(party.kid, { ...party, withdrawal });
    }

    async #rotate(statement: Statement, rotate: Rotate, index: number): Promise<void> {
        if (rotate.recovery !== undefined) {
            await this.#recover(statement, rotate, rotate.recovery, index);
            return;
        }
        if (statement.signer !== rotate.old) {
            refuse("WrongSigner", "a rotation is signed by the old key");
        }
        const old = this.#standing(rotate.old);
        await this.#verify(statement, index, old.key);
        this.#checkLast(old, rotate.last);
        if (rotate.key !== undefined) {
            const kid = await this.#useNew(rotate.key, rotate.agreement);
            this.#replace(old, kid, rotate, index);
        } else if (rotate.agreement !== undefined) {
            await this.#useNew(rotate.agreement);
            this.#parties.set(old.kid, { ...old, agreement: rotate.agreement });
        }
    }

    /** The new key takes over name, role, HPKE key and assignments; the old one counts as withdrawn. */
    #replace(old: Party, kid: Kid, rotate: Rotate, index: number): void {
        const agreement = rotate.agreement ?? old.agreement;
        const { withdrawal: _, agreement: __, ...kept } = old;
        this.#parties.set(kid, {
            ...kept,
            kid,
            key: rotate.key as PublicKey,
            index,
            ...(agreement === undefined ? {} : { agreement }),
        });
        this.#withdraw(old, rotate.since, index, rotate.last);
        this.#present.set(old.name, kid);
        if (old.kid === this.#authority) {
            this.#authority = kid;
        }
        for (const assignment of this.assignmentsOf(old.kid)) {
            this.#assignments.push({ ...assignment, sensor: kid });
        }
    }

    async #recover(
        statement: Statement,
        rotate: Rotate,
        recovery: NonNullable<Rotate["recovery"]>,
        index: number,
    ): Promise<void> {
        const recoveryKid = await kidOf(recovery.key);
        const hash = await sha256(writeKey(recovery.key));
        const present = this.#recovery;
        if (
            statement.signer !== recoveryKid ||
            present === undefined ||
            !equal(hash, present) ||
            rotate.old !== this.#authority
        ) {
            return refuse("WrongSigner", "not by the recovery key of the authority's present key");
        }
        await this.#verify(statement, index, recovery.key);
        const key = rotate.key as PublicKey;
        if (equal(recovery.next, present) || samePoint(recovery.key, key)) {
            refuse("Contradiction", "a recovery key recovers once");
        }
        const kid = await this.#useNew(key);
        this.#used.add(recoveryKid);
        this.#recovery = recovery.next;
        this.#replace(this.#parties.get(rotate.old) as Party, kid, rotate, index);
    }

    #erase(erase: Erase): void {
        if (erase.log.name === this.#log?.name) {
            refuse("Contradiction", "the registry's own entries are never erased");
        }
        if (this.present(erase.log.name)?.role !== Role.gateway) {
            refuse("UnknownKey", "not a gateway's name");
        }
        this.#erasures.push(erase);
    }
}
