/**
 * What judges read of an object, taken from its storage after each event, and what they conclude of it alone. What concerns two
 * objects is judged in promises.ts.
 */
import type { DeskActor } from "../../durable-objects/desk/actor.ts";
import type { AskAnswer, OfferAnswer, ReleaseRequest, StartRequest } from "../../shared/contracts/desk.ts";
import { type LegRef, legKey } from "../../shared/contracts/ids.ts";
import type { PlaceAnswer } from "../../shared/contracts/wallet.ts";
import type { Disk } from "./disk.ts";
import type { Living } from "./living.ts";
import type { Broken, Event, Outcome, Past } from "./past.ts";
import type { Judge } from "./pasts.ts";
import type { Scene } from "./scene.ts";

export type Leg = { readonly leg: string; readonly outcome: string; readonly riskBaseMinor: number };
export type DeskSeen = {
	readonly kind: "desk";
	readonly broken: readonly Broken[];
	readonly legs: readonly Leg[];
	/** Legs that the last event has reserved. */
	readonly reserved: readonly string[];
	readonly undecided: number;
	/** Votes and results that its wallets have not answered. */
	readonly owed: number;
	readonly counted: string;
	/** Markets that have a result. */
	readonly decided: readonly string[];
	/** Legs of which it has said that they never will be reserved. */
	readonly never: ReadonlySet<string>;
	/** When the window of a leg began in this life; when each confirmation of this life was asked for. */
	readonly begun: ReadonlyMap<string, number>;
	readonly asked: ReadonlyMap<number, number>;
};
export type MatchSeen = {
	readonly kind: "match";
	readonly broken: readonly Broken[];
	readonly grants: readonly { readonly market: string; readonly outcome: string; readonly riskBaseMinor: number }[];
	readonly untold: number;
	readonly counted: string;
	/** How often its markets have been withdrawn; every bet names the version of before. */
	readonly withdrawn: number;
};
export type TicketSeen = {
	readonly status: string;
	readonly legs: readonly {
		readonly desk: string;
		readonly leg: string;
		readonly market: string;
		/** What it was taken at; null: it was not. */
		readonly oddsMilli: number | null;
	}[];
	/** The ledger's movements for it. */
	readonly moved: readonly { readonly reason: string; readonly account: string; readonly amountMinor: number }[];
};
export type WalletSeen = {
	readonly kind: "wallet";
	readonly broken: readonly Broken[];
	readonly tickets: ReadonlyMap<string, TicketSeen>;
	/** Tickets that the last event has accepted. */
	readonly accepted: readonly string[];
	readonly isOpen: boolean;
	readonly pending: number;
	/** What players were told, by ticket. */
	readonly told: ReadonlyMap<string, string>;
};
export type Seen = DeskSeen | MatchSeen | WalletSeen;

const OWED = `SELECT (SELECT count(*) FROM legs WHERE vote_answered = 0)
	+ (SELECT count(*) FROM legs JOIN results USING (market) WHERE told_version < settlement_version) AS n`;
const count = (disk: Disk, query: string): number => Number(disk.exec(query)[0]?.n ?? 0);
const counted = (disk: Disk, table: string): string =>
	JSON.stringify(
		disk.exec(
			`SELECT market, outcome, sum(risk) AS risk FROM ${table} GROUP BY market, outcome HAVING sum(risk) > 0 ORDER BY 1, 2`,
		),
	);

function legsOf(disk: Disk): readonly Leg[] {
	return disk.exec("SELECT ticket_key, leg_no, outcome, risk FROM legs").map((row) => ({
		leg: legKey({ ticketKey: String(row.ticket_key), legNo: Number(row.leg_no) }),
		outcome: String(row.outcome),
		riskBaseMinor: Number(row.risk),
	}));
}

function grantsOf(disk: Disk): MatchSeen["grants"] {
	return disk.exec("SELECT market, outcome, risk FROM grants").map(({ market, outcome, risk }) => ({
		market: String(market),
		outcome: String(outcome),
		riskBaseMinor: Number(risk),
	}));
}

type StoredLeg = {
	readonly desk: string;
	readonly legNo: number;
	readonly marketId: string;
	readonly vote: { readonly oddsMilli?: number } | null;
};

function ticketsOf(disk: Disk): WalletSeen["tickets"] {
	return new Map(
		disk.exec("SELECT ticket_key, status, body FROM tickets").map((row) => {
			const key = String(row.ticket_key);
			const legs = (JSON.parse(String(row.body)).legs as readonly StoredLeg[]).map((leg) => ({
				desk: leg.desk,
				leg: legKey({ ticketKey: key, legNo: leg.legNo }),
				market: leg.marketId,
				oddsMilli: leg.vote?.oddsMilli ?? null,
			}));
			const query = "SELECT reason, account, amount FROM entries WHERE ticket_key = ? ORDER BY id";
			const moved = disk.exec(query, key).map(({ reason, account, amount }) => ({
				reason: String(reason),
				account: String(account),
				amountMinor: Number(amount),
			}));
			return [key, { status: String(row.status), legs, moved }];
		}),
	);
}

function deskSeen(living: Living): Omit<DeskSeen, "never" | "begun" | "asked" | "broken" | "reserved"> {
	const { disk, awake } = living;
	return {
		kind: "desk",
		legs: legsOf(disk),
		undecided: awake === null ? 0 : (awake as DeskActor).ops().pendingLegs,
		owed: count(disk, OWED),
		counted: counted(disk, "legs"),
		decided: disk
			.exec("SELECT market FROM results WHERE json_extract(body, '$.state.kind') <> 'open' ORDER BY market")
			.map(({ market }) => String(market)),
	};
}

function matchSeen({ disk }: Living): Omit<MatchSeen, "withdrawn" | "broken"> {
	return {
		kind: "match",
		grants: grantsOf(disk),
		untold: count(disk, "SELECT count(*) AS n FROM result_outbox"),
		counted: counted(disk, "grants"),
	};
}

function walletSeen({ disk }: Living): Omit<WalletSeen, "told" | "broken" | "accepted"> {
	const tickets = ticketsOf(disk);
	const pending = [...tickets.values()].filter(({ status }) => status === "pending").length;
	return {
		kind: "wallet",
		tickets,
		pending,
		isOpen: pending > 0 || count(disk, "SELECT count(*) AS n FROM releases") > 0,
	};
}

/** A window begins once in a life of its desk; a leg that was given up once is never reserved. */
function afterDesk(before: DeskSeen, event: Event, { sent }: Outcome, living: Living, scene: Scene): DeskSeen {
	const isDeath = event.kind === "death";
	const never = new Set(before.never);
	const begun = new Map(isDeath ? [] : before.begun);
	const asked = new Map(isDeath ? [] : before.asked);
	const begin = (leg: LegRef): void => void (begun.has(legKey(leg)) || begun.set(legKey(leg), event.atMs));
	if (event.kind === "request" && event.method === "start") (event.body as StartRequest).legs.forEach(begin);
	if (event.kind === "request" && event.method === "release")
		for (const leg of (event.body as ReleaseRequest).legs) never.add(legKey(leg));
	const now = deskSeen(living);
	const fresh = now.legs.filter(({ leg }) => !before.legs.some((other) => other.leg === leg)).map(({ leg }) => leg);
	const broken: Broken[] = [];
	for (const leg of fresh) {
		if (never.has(leg)) broken.push({ rule: "BET-8", what: `${leg} was reserved after its desk had said never` });
		const askedAtMs = event.kind === "answer" && event.fault === null ? before.asked.get(event.no) : undefined;
		const intoWindowMs = (askedAtMs ?? 0) - (begun.get(leg) ?? event.atMs);
		if (askedAtMs === undefined) broken.push({ rule: "BET-3", what: `${leg} was reserved without an answer` });
		else if (intoWindowMs < (scene.delayMs ?? 0))
			broken.push({ rule: "BET-3", what: `${leg} was asked about ${intoWindowMs} ms into its window` });
	}
	for (const one of sent) {
		if (one.kind === "request" && one.method === "confirm") asked.set(one.no, event.atMs);
		if (one.kind !== "answer" || one.fault !== null) continue;
		if (one.method === "ask")
			for (const vote of (one.body as AskAnswer).votes) if (vote.vote === "no") never.add(legKey(vote));
		if (one.method === "offer" && scene.matches.length === 1)
			for (const leg of (one.body as OfferAnswer).legs) if (leg.vote === "noted") begin(leg);
	}
	return { ...now, never, begun, asked, broken, reserved: fresh };
}

function afterMatch(before: MatchSeen, event: Event, living: Living, scene: Scene): MatchSeen {
	const now = matchSeen(living);
	const broken = now.grants
		.filter(({ riskBaseMinor }) => riskBaseMinor > scene.capBaseMinor)
		.map(({ outcome, riskBaseMinor }) => ({
			rule: "MON-5",
			what: `${outcome} counts ${riskBaseMinor}, above its cap`,
		}));
	// MAT-3: nobody knows what happened in play while it was gone.
	const isWithdrawn =
		(event.kind === "happens" && event.withdraws) || (event.kind === "death" && scene.delayMs !== null);
	return { ...now, broken, withdrawn: before.withdrawn + (isWithdrawn ? 1 : 0) };
}

const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
	pending: ["accepted", "refused", "settled"],
	accepted: ["settled"],
	settled: ["accepted"],
	refused: [],
};

function afterWallet(before: WalletSeen, { sent }: Outcome, living: Living): WalletSeen {
	const now = walletSeen(living);
	const broken: Broken[] = [];
	const accepted: string[] = [];
	for (const [key, { status }] of now.tickets) {
		const was = before.tickets.get(key)?.status;
		if (was === status) continue;
		if (was !== undefined && !FOLLOWS[was]?.includes(status))
			broken.push({ rule: "BET-1", what: `${key} was ${was} and became ${status}` });
		if (status === "accepted" && was !== "settled") accepted.push(key);
	}
	const told = new Map(before.told);
	for (const one of sent)
		if (one.kind === "answer" && one.method === "place" && one.fault === null)
			broken.push(...hear(one.body as PlaceAnswer, told));
	return { ...now, told, broken: [...broken, ...judgeLedger(living.disk)], accepted };
}

function judgeLedger(disk: Disk): readonly Broken[] {
	const total = Number(disk.exec("SELECT sum(amount) AS total FROM entries")[0]?.total);
	const query = `SELECT account, balance, (SELECT sum(amount) FROM entries e WHERE e.account = a.account) AS posted
		FROM accounts a WHERE balance <> posted`;
	const wrong = disk
		.exec(query)
		.map(({ account, balance, posted }) => ({ rule: "MON-2", what: `${account} has ${balance}, of ${posted} posted` }));
	return total === 0 ? wrong : [...wrong, { rule: "MON-2", what: `all entries together are ${total}` }];
}

/** What a player is told once stays. */
function hear(answer: PlaceAnswer, told: Map<string, string>): readonly Broken[] {
	if (answer.kind !== "ticket") return [{ rule: "BET-1", what: `a bet was answered ${answer.code}` }];
	const { id, status } = answer.ticket;
	if (status === "pending") return [];
	const decision = status === "refused" ? "refused" : "accepted";
	const before = told.get(id) ?? decision;
	told.set(id, decision);
	return before === decision ? [] : [{ rule: "BET-1", what: `${id} was told two decisions` }];
}

export function judgeOf(kind: string, scene: Scene): Judge<Seen> {
	return {
		first: (living) => {
			const nothing = { broken: [], reserved: [], accepted: [] };
			if (kind === "desk")
				return { ...nothing, ...deskSeen(living), never: new Set(), begun: new Map(), asked: new Map() };
			if (kind === "match") return { ...nothing, ...matchSeen(living), withdrawn: 0 };
			return { ...nothing, ...walletSeen(living), told: new Map() };
		},
		after: ({ seen }: Past<Seen>, event, outcome, living) => {
			switch (seen.kind) {
				case "desk":
					return afterDesk(seen, event, outcome, living, scene);
				case "match":
					return afterMatch(seen, event, living, scene);
				case "wallet":
					return afterWallet(seen, outcome, living);
			}
		},
		kept: (seen) => {
			switch (seen.kind) {
				case "desk":
					return [...seen.never].toSorted().join();
				case "match":
					return String(seen.withdrawn);
				case "wallet":
					return JSON.stringify([...seen.told].toSorted());
			}
		},
	};
}
