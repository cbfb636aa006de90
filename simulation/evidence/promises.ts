/**
 * Gathers what objects have answered, and what is left of it when they have died: what their next life will find. A promise is
 * one once its answer has left; before, nobody rests on it.
 */
import type { Sql } from "../../durable-objects/runtime/ports.ts";
import { type LegRef, legKey } from "../../shared/contracts/ids.ts";
import type { AuditedPromise, HandedRow, LoggedId, Promised } from "../audit/promise-audit.ts";
import type { Platform } from "../world/platform.ts";
import { storedMatch } from "../world/stored-match.ts";
import type { Observer } from "../world/wire.ts";

type Call = Parameters<Observer>[0];
type Kind = AuditedPromise["kind"];
type Total = { readonly market: string; readonly outcome: string; readonly riskBaseMinor: number };
type ConfirmCall = {
	readonly request: {
		readonly region: string;
		readonly totals: readonly Total[];
		readonly asks: readonly { readonly market: string; readonly outcomes: readonly string[] }[];
	};
	readonly answer:
		| { readonly kind: "stale" }
		| {
				readonly kind: "answer";
				readonly inc: number;
				readonly n: number;
				readonly markets: readonly { readonly market: string; readonly code: string }[];
		  };
};
type Told = { readonly kind: Kind; readonly what: string; readonly told: number };

/** A pair (inc, n) as one number. */
const pairOf = (inc: number, n: number): number => inc * 1_000_000_000 + n;

export class Promises {
	readonly #platform: Platform;
	/** By object, then by kind and name: the most it has told. */
	readonly #told = new Map<string, Map<string, Told>>();
	/** Legs by desk that it gave up. */
	readonly #released = new Set<string>();
	/** By match and region: what its last answer lets the desk carry. */
	readonly #grants = new Map<string, ReadonlyMap<string, number>>();
	readonly #inputs: { readonly lane: string; readonly matchId: string; readonly seq: number; readonly id: string }[] =
		[];
	readonly #broken: AuditedPromise[] = [];

	constructor(platform: Platform) {
		this.#platform = platform;
	}

	/** A desk has said yes and its wallet has heard it; a match has told a result and its desk has heard it. */
	heard({ from, to, method, request, answer }: Call): void {
		if (method === "results")
			for (const { marketId, settlementVersion } of (
				request as { results: { marketId: string; settlementVersion: number }[] }
			).results)
				this.#tell(from, "told_result", marketId, settlementVersion);
		// A release that outlives its desk has happened, whether or not anybody was told.
		if (method === "release")
			for (const ref of (answer as { answered: LegRef[] }).answered) this.#release(to, legKey(ref));
		if (method !== "votes") return;
		for (const vote of (request as { votes: (LegRef & { vote: string })[] }).votes)
			if (vote.vote === "yes" && !this.#released.has(`${from} ${legKey(vote)}`))
				this.#tell(from, "reservation", legKey(vote), 1);
	}

	/** What a desk has released it need not keep, though its vote may come out of the network once more. */
	#release(desk: string, leg: string): void {
		this.#released.add(`${desk} ${leg}`);
		this.#told.get(desk)?.delete(`reservation ${leg}`);
	}

	left(call: Call): void {
		const { to, method, request, answer } = call;
		switch (method) {
			case "append":
				this.#appended(call);
				return;
			case "apply":
				this.#tell(to, "position", "of its log", (answer as { lastSeq: number }).lastSeq);
				return;
			case "confirm":
				this.#confirmed(to, { request, answer } as ConfirmCall);
				return;
			case "ask":
				for (const vote of (answer as { votes: (LegRef & { vote: string })[] }).votes)
					if (vote.vote === "no") this.#tell(to, "tombstone", legKey(vote), 1);
				return;
			case "release":
				for (const ref of (answer as { answered: LegRef[] }).answered) this.#tell(to, "tombstone", legKey(ref), 1);
				return;
			case "results":
				for (const { marketId, settlementVersion } of (
					answer as { stored: { marketId: string; settlementVersion: number }[] }
				).stored)
					this.#tell(to, "result", marketId, settlementVersion);
				return;
			case "place":
				this.#placed(call);
				return;
			case "votes":
				for (const ref of (answer as { answered: LegRef[] }).answered) this.#tell(to, "vote", legKey(ref), 1);
				return;
			case "legResults": {
				const answered = new Set((answer as { answered: LegRef[] }).answered.map(legKey));
				for (const result of (request as { results: (LegRef & { settlementVersion: number })[] }).results)
					if (answered.has(legKey(result))) this.#tell(to, "leg_result", legKey(result), result.settlementVersion);
			}
		}
	}

	/** What an object that has died still has. */
	died(name: string): void {
		const told = [...(this.#told.get(name)?.values() ?? [])];
		if (told.length === 0) return;
		const kept = this.#keptBy(name);
		for (const promise of told) {
			const left = kept(promise.kind, promise.what);
			if (left === null || left < promise.told) this.#broken.push({ who: name, ...promise, kept: left });
		}
		if (name.startsWith("match:")) this.#grantsLeft(name);
	}

	/** Some of what was told may be gone from now on: it is compared with what is there, and looked for no more. */
	forget(kinds: readonly Kind[]): void {
		for (const [name, told] of this.#told) {
			this.died(name);
			for (const [key, { kind }] of told) if (kinds.includes(kind)) told.delete(key);
		}
	}

	promised(matches: readonly string[]): Promised {
		for (const name of this.#told.keys()) this.died(name);
		const logged = matches.flatMap((matchId) => this.#log(matchId));
		const ids = new Map(logged.map(({ matchId, seq, id }) => [`${matchId} ${seq}`, id]));
		const inputs = this.#inputs.map(({ lane, matchId, seq, id }): AuditedPromise => {
			const isThere = ids.get(`${matchId} ${seq}`) === `feed ${id}`;
			return { kind: "input", who: lane, what: `${matchId} ${id} at ${seq}`, told: 1, kept: isThere ? 1 : null };
		});
		return { promises: [...this.#broken, ...inputs], logged, handed: this.#handed() };
	}

	#tell(who: string, kind: Kind, what: string, told: number): void {
		const all = this.#told.get(who) ?? new Map<string, Told>();
		this.#told.set(who, all);
		if ((all.get(`${kind} ${what}`)?.told ?? -1) < told) all.set(`${kind} ${what}`, { kind, what, told });
	}

	#appended({ to, request, answer }: Call): void {
		const { inputs } = request as { inputs: { matchId: string; id: string }[] };
		const { results } = answer as { results: { kind: string; seq?: number }[] };
		for (const [at, { matchId, id }] of inputs.entries()) {
			const { kind, seq } = results[at] ?? {};
			if (kind === "stored" && seq !== undefined) this.#inputs.push({ lane: to, matchId, seq, id });
		}
	}

	#confirmed(match: string, { request, answer }: ConfirmCall): void {
		if (answer.kind !== "answer") return;
		const { region, totals, asks } = request;
		const pair = pairOf(answer.inc, answer.n);
		const before = this.#told.get(match)?.get(`confirmation ${region}`)?.told ?? 0;
		if (pair <= before) return;
		this.#tell(match, "confirmation", region, pair);
		const ok = new Set(answer.markets.filter(({ code }) => code === "ok").map(({ market }) => market));
		// A market may be asked about under two versions, with room under the one and not under the other.
		const granted = (market: string, outcome: string): boolean => {
			const asked = answer.markets.filter(
				(_, at) => asks[at]?.market === market && asks[at].outcomes.includes(outcome),
			);
			return ok.has(market) && (asked.length === 0 || asked.some(({ code }) => code === "ok"));
		};
		const carried = totals.filter(({ market, outcome }) => granted(market, outcome));
		const risks = carried.map(({ market, outcome, riskBaseMinor }) => [`${market} ${outcome}`, riskBaseMinor] as const);
		this.#grants.set(`${match} ${region}`, new Map(risks));
	}

	#placed({ to, request, answer }: Call): void {
		const told = answer as { kind: string; ticket?: { id: string; ticketVersion: number } };
		if (told.kind !== "ticket" || told.ticket === undefined) return;
		const { playerId } = request as { playerId: string };
		this.#tell(to, "ticket", `${playerId}/${told.ticket.id}`, told.ticket.ticketVersion);
	}

	#keptBy(name: string): (kind: Kind, what: string) => number | null {
		const storage = this.#platform.world.storage(name);
		const numbers = (query: string): ReadonlyMap<string, number> =>
			new Map(storage.exec(query).map(({ what, kept }) => [String(what), Number(kept)]));
		const found = new Map<Kind, ReadonlyMap<string, number>>();
		return (kind, what) => {
			const all = found.get(kind) ?? (kind === "told_result" ? resultsOf(storage) : numbers(QUERIES[kind]));
			found.set(kind, all);
			return all.get(what) ?? null;
		};
	}

	/** MON-5: where nothing newer was confirmed, the match still knows what it lets each desk carry. */
	#grantsLeft(match: string): void {
		const storage = this.#platform.world.storage(match);
		for (const { region, inc, n } of storage.exec("SELECT region, inc, n FROM desks")) {
			const told = this.#told.get(match)?.get(`confirmation ${region}`)?.told;
			if (told !== pairOf(Number(inc), Number(n))) continue;
			const rows = storage.exec("SELECT market, outcome, risk FROM grants WHERE region = ?", region ?? "");
			const kept = new Map(rows.map(({ market, outcome, risk }) => [`${market} ${outcome}`, Number(risk)]));
			for (const [what, risk] of this.#grants.get(`${match} ${region}`) ?? []) {
				const left = kept.get(what) ?? 0;
				if (left < risk)
					this.#broken.push({ kind: "grant", who: match, what: `${what} to ${region}`, told: risk, kept: left });
			}
		}
	}

	#log(matchId: string): readonly LoggedId[] {
		const query = `SELECT seq, rejected, json_extract(body, '$.input.id') AS id,
			json_extract(body, '$.input.kind') AS kind FROM inputs ORDER BY seq`;
		const rows = this.#platform.world.storage(`match:${matchId}`).exec(query);
		return rows.map(({ seq, rejected, id, kind }) => ({
			matchId,
			seq: Number(seq),
			id: `${kind === "trader" ? "trader" : "feed"} ${id}`,
			isRefused: rejected !== null,
		}));
	}

	#handed(): readonly HandedRow[] {
		return this.#platform.reports.flatMap(({ source, rows }) =>
			rows.map(({ seq, body }) => ({ source, seq, body: JSON.stringify(body) })),
		);
	}
}

/** A vote that was taken is in its ticket, unless the ticket was decided without it or is none of this wallet's. */
const LEGS = "tickets, json_each(tickets.body, '$.legs') AS leg";
const NO_QUERY = "SELECT NULL AS what, NULL AS kept WHERE 0";
const resultsOf = (storage: Sql): ReadonlyMap<string, number> =>
	new Map(
		Object.values(storedMatch(storage)?.state.results ?? {}).map((result) => [
			result.marketId,
			result.settlementVersion,
		]),
	);
const QUERIES: Readonly<Record<Exclude<Kind, "told_result">, string>> = {
	input: NO_QUERY,
	grant: NO_QUERY,
	position: "SELECT 'of its log' AS what, last_seq AS kept FROM meta",
	confirmation: "SELECT region AS what, inc * 1000000000 + n AS kept FROM desks",
	tombstone: "SELECT ticket_key || '#' || leg_no AS what, 1 AS kept FROM tombstones",
	reservation: "SELECT ticket_key || '#' || leg_no AS what, 1 AS kept FROM legs",
	result: "SELECT market AS what, settlement_version AS kept FROM results",
	ticket: "SELECT ticket_key AS what, json_extract(body, '$.version') AS kept FROM tickets",
	vote: `SELECT ticket_key || '#' || json_extract(leg.value, '$.legNo') AS what,
		CASE WHEN status = 'pending' AND json_extract(leg.value, '$.vote') IS NULL THEN 0 ELSE 1 END AS kept FROM ${LEGS}`,
	leg_result: `SELECT ticket_key || '#' || json_extract(leg.value, '$.legNo') AS what,
		CASE WHEN status = 'refused' THEN 1000000000 ELSE json_extract(leg.value, '$.settlementVersion') END AS kept FROM ${LEGS}`,
};
