/** From what one bet, one input and one reader cost to what a World Cup's evening takes. Arithmetic alone: the same figures give the same table. */
import { SOCKET } from "../../shared/limits.ts";
import { ASSUMED, COUNTED, LOAD, MEASURED } from "./figures.ts";
import { PRICES, STATED } from "./prices.ts";

export type Line = { readonly what: string; readonly how: string; readonly value: number; readonly unit: string };

const HOUR_SEC = 3_600;
const MILLION = 1_000_000;
const MS_PER_SEC = 1_000;

/** What a relay's thread, its limit and what an object may be sent allow, and what follows for tiers. */
export function relays(): {
	readonly sockets: number;
	readonly count: number;
	readonly tiers: number;
	readonly fanMs: number;
} {
	const { deliveriesPerSec, acksPerSec } = COUNTED.page;
	const byCpu = Math.floor((ASSUMED.busyShare * MILLION) / (deliveriesPerSec * MEASURED.deliveryUs));
	const byAcks = Math.floor(STATED.objectRequestsPerSec / acksPerSec);
	const sockets = Math.min(SOCKET.maxSocketsPerRelay, byCpu, byAcks);
	const count = Math.ceil(LOAD.viewers / sockets);
	// A final's match sends each frame to every relay: with one tier by itself.
	const fanMs = (count * MEASURED.deliveryUs) / MS_PER_SEC;
	return { sockets, count, tiers: fanMs > (sockets * MEASURED.deliveryUs) / MS_PER_SEC ? 2 : 1, fanMs };
}

export type Busy = {
	readonly what: string;
	/** Calls and messages a second at the busiest of them, and the share of its thread. */
	readonly perSec: number;
	readonly cpuShare: number;
	/** How many of them the load asks for, so that each stays within both limits. */
	readonly needed: number;
};

const busy = (what: string, perSec: number, cpuShare: number): Busy => ({
	what,
	perSec,
	cpuShare,
	needed: Math.ceil(Math.max(perSec / STATED.objectRequestsPerSec, cpuShare / ASSUMED.busyShare)),
});

/** The busiest object of each kind if there were one of it where there can be more. */
export function objects(): readonly Busy[] {
	const { betsPerSec, matchesInPlay } = LOAD;
	const regionBets = betsPerSec * ASSUMED.busiestRegion;
	const matchBets = betsPerSec * ASSUMED.busiestMatch;
	const objectMs = MEASURED.betMs - MEASURED.betEdgeMs;
	const inputs = matchesInPlay * ASSUMED.inputsPerMatch;
	const words = matchesInPlay * COUNTED.idleSecond.boardCalls + inputs * COUNTED.input.boardCalls;
	const relay = relays();
	// Two thirds of a bet's work are its wallet's, the rest is the desk's and the match's.
	const [ofWallet, ofDesk] = [2 / 3, 1 / 4];
	return [
		busy(
			"wallets of the busiest region",
			regionBets * COUNTED.bet.calls,
			(regionBets * objectMs * ofWallet) / MS_PER_SEC,
		),
		busy(
			"desk of the busiest match in it",
			matchBets * ASSUMED.busiestRegion * 0.1,
			(matchBets * ASSUMED.busiestRegion * objectMs * ofDesk) / MS_PER_SEC,
		),
		busy(
			"the busiest match",
			(ASSUMED.regions * MS_PER_SEC) / 20 + relay.count * 0.2,
			(relay.count * 2 * MEASURED.deliveryUs) / MILLION,
		),
		busy("lanes together", matchesInPlay + inputs / 10, (inputs * MEASURED.inputMs) / 2 / MS_PER_SEC),
		busy("the board", words, (words * 0.2) / MS_PER_SEC),
		busy(
			"one relay",
			relay.sockets * COUNTED.page.acksPerSec,
			(relay.sockets * COUNTED.page.deliveriesPerSec * MEASURED.deliveryUs) / MILLION,
		),
	];
}

export function objectCount(): Readonly<Record<string, number>> {
	const [wallets, , , lanes, boards] = objects();
	return {
		matches: LOAD.matchesInPlay,
		desks: LOAD.matchesInPlay * ASSUMED.regionsPerMatch,
		wallets: (wallets?.needed ?? 1) * ASSUMED.regions,
		lanes: lanes?.needed ?? 1,
		boards: boards?.needed ?? 1,
		relays: relays().count,
	};
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** By the second, at full load. */
export function rates() {
	const { betsPerSec, matchesInPlay, viewers } = LOAD;
	const inputs = matchesInPlay * ASSUMED.inputsPerMatch;
	const { bet, settledTicket, input, idleSecond, page } = COUNTED;
	const messages = viewers * page.acksPerSec + relays().count * ASSUMED.topicsPerRelay * 2;
	const each = (of: "calls" | "rowsRead" | "rowsWritten"): number =>
		betsPerSec * (bet[of] + settledTicket[of]) + inputs * input[of] + matchesInPlay * idleSecond[of];
	const queueMessages = betsPerSec * (bet.queueMessages + settledTicket.queueMessages);
	const queueBytes = betsPerSec * (bet.queueBytes + settledTicket.queueBytes);
	return {
		requests: each("calls") + messages / PRICES.messagesPerRequest,
		gbSeconds: sum(Object.values(objectCount())) * PRICES.objectGb,
		rowsRead: each("rowsRead"),
		rowsWritten: each("rowsWritten") * ASSUMED.rowsWithIndexes,
		// Written, read and deleted; a message is an operation of each at least.
		queueOperations: 3 * Math.max(queueMessages, queueBytes / PRICES.queueOperationBytes),
		queueMessages,
		workerRequests: betsPerSec + inputs / 10 + viewers / HOUR_SEC,
		workerCpuMs: betsPerSec * MEASURED.betEdgeMs,
	};
}

/** US dollars for an hour at full load, and what a month of such hours comes to. */
export function costs(): readonly (Line & { readonly month: number })[] {
	const now = rates();
	const line = (what: string, perSec: number, price: number, unit: string) => {
		const value = ((perSec * HOUR_SEC) / MILLION) * price;
		const how = `${thousands(perSec)} ${unit} × 3,600 s × $${price} a million`;
		return { what, how, value, unit: "$ an hour", month: value * ASSUMED.fullHours };
	};
	const keptGb =
		(LOAD.betsPerSec * HOUR_SEC * ASSUMED.fullHours * ASSUMED.monthsKept * ASSUMED.ticketBytes) / 1_000_000_000;
	const storage = keptGb * PRICES.storageGbMonth;
	return [
		line("rows written", now.rowsWritten, PRICES.rowsWritten, "rows/s"),
		line("objects' time", now.gbSeconds, PRICES.objectGbSeconds, "GB-s/s"),
		line("objects' requests", now.requests, PRICES.objectRequests, "requests/s"),
		line("queue", now.queueOperations, PRICES.queueOperations, "operations/s"),
		line("Workers' requests", now.workerRequests, PRICES.workerRequests, "requests/s"),
		line("Workers' CPU", now.workerCpuMs, PRICES.workerCpuMs, "ms/s"),
		line("rows read", now.rowsRead, PRICES.rowsRead, "rows/s"),
		{
			what: "storage",
			how: `${thousands(keptGb)} GB × $${PRICES.storageGbMonth}`,
			value: storage / ASSUMED.fullHours,
			unit: "$ an hour",
			month: storage,
		},
	];
}

export function thousands(value: number): string {
	const digits = Number.isInteger(value) || value >= 100 ? 0 : value >= 1 ? 1 : 2;
	const [whole = "", rest] = value.toFixed(digits).split(".");
	const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
	return rest === undefined ? grouped : `${grouped}.${rest}`;
}
