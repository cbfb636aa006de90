/** REP-1 to REP-3, TEN-1: what Postgres has of each wallet, row by row, beside the wallet's own books. */
import type { Violation } from "./facts.ts";
import type { BookEntry, BookTicket, Holder, WalletBooks } from "./wallet-books.ts";

type Fields = Readonly<Record<string, unknown>>;
export type StoredRow = { readonly seq: number; readonly body: Fields };
export type ReportHistory = {
	readonly wallets: readonly WalletBooks[];
	readonly holders: readonly Holder[];
	/** By source: its rows in Postgres, ascending. */
	readonly rows: ReadonlyMap<string, readonly StoredRow[]>;
	/** Rows that left their source again with other content: by source and number. */
	readonly altered: readonly string[];
	/** Results that a wallet of the last release took in, as `nameOfTaken`: it told nothing of one that paid nothing. */
	readonly byLast: ReadonlySet<string>;
};
export const nameOfTaken = (ticketKey: string, legNo: number, settlementVersion: number): string =>
	`${ticketKey}#${legNo} by version ${settlementVersion}`;

const MAX_TOLD = 5;

export function auditReports({ wallets, holders, rows, altered, byLast }: ReportHistory): readonly Violation[] {
	return [
		...altered.map((what) => ({ rule: "MON-2", what: `row ${what} was sent again as another` })),
		...wallets.flatMap((books) => auditSource(books, holders, rows.get(books.wallet) ?? [], byLast).slice(0, MAX_TOLD)),
	];
}

function auditSource(
	books: WalletBooks,
	holders: readonly Holder[],
	rows: readonly StoredRow[],
	byLast: ReportHistory["byLast"],
): readonly Violation[] {
	const { wallet, tickets, entries, lastSeq } = books;
	const of = (kind: string): readonly Fields[] => rows.flatMap(({ body }) => (body.kind === kind ? [body] : []));
	const hole = rows.findIndex(({ seq }, index) => seq !== index + 1);
	const isComplete = hole === -1 && rows.length === lastSeq;
	return [
		...(isComplete
			? []
			: [
					{ rule: "REP-2", what: `${wallet} has sent ${lastSeq} rows, Postgres has ${rows.length}, a hole at ${hole}` },
				]),
		...auditPlayers(wallet, holders, of("player")),
		...auditEntries(wallet, entries, tickets, of("ledger")),
		...auditTickets(wallet, tickets, rows, byLast),
	];
}

function auditPlayers(wallet: string, holders: readonly Holder[], rows: readonly Fields[]): readonly Violation[] {
	const names = rows.map(({ playerId }) => playerId);
	return [
		...(new Set(names).size < names.length ? [{ rule: "REP-1", what: `${wallet} told of a player twice` }] : []),
		...rows.flatMap((row) => {
			const holder = holders.find(({ playerId }) => playerId === row.playerId);
			const { partnerId, licence, currency } = holder ?? {};
			return differences("TEN-1", `player ${row.playerId}`, row, { partnerId, licence, currency });
		}),
	];
}

function auditEntries(
	wallet: string,
	entries: readonly BookEntry[],
	tickets: readonly BookTicket[],
	rows: readonly Fields[],
): readonly Violation[] {
	const byKey = new Map(tickets.map((ticket) => [ticket.key, ticket]));
	if (rows.length !== entries.length)
		return [
			{ rule: "REP-3", what: `${wallet} has ${entries.length} lines in its ledger, Postgres has ${rows.length}` },
		];
	return entries.flatMap((entry, index) => {
		const ticket = entry.ticketKey === null ? null : byKey.get(entry.ticketKey);
		return differences("REP-3", `${wallet} line ${entry.id}`, rows[index] ?? {}, {
			entryId: String(entry.id),
			txn: String(entry.txn),
			reason: entry.reason,
			account: entry.account,
			currency: entry.currency,
			amountMinor: entry.amountMinor,
			balanceMinor: entry.balanceMinor,
			ticketId: ticket?.ticketId ?? null,
			...(ticket == null
				? {}
				: {
						partnerId: ticket.partnerId,
						licence: ticket.licence,
						playerId: ticket.playerId,
						currency: ticket.currency,
					}),
		});
	});
}

/** How a ticket may go on from one version to the next; a decided one that is refused stays so. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
	pending: ["accepted", "refused"],
	accepted: ["accepted", "settled"],
	settled: ["accepted", "settled"],
	refused: [],
};

function auditTickets(
	wallet: string,
	tickets: readonly BookTicket[],
	rows: readonly StoredRow[],
	byLast: ReportHistory["byLast"],
): readonly Violation[] {
	const paid = new Map<string, number>();
	const told = new Map<string, Fields>();
	const said: Violation[] = [];
	const say = (rule: string, what: string): void => void said.push({ rule, what: `${wallet} ${what}` });
	for (const { seq, body } of rows) {
		const key = `${body.playerId}/${body.ticketId}`;
		const amount = Number(body.amountMinor);
		if (body.kind === "ledger" && amount > 0 && (body.reason === "settle" || body.reason === "reverse"))
			paid.set(key, (paid.get(key) ?? 0) + (body.reason === "settle" ? amount : -amount));
		if (body.kind !== "ticket") continue;
		const before = told.get(key);
		told.set(key, body);
		if (body.ticketVersion !== Number(before?.ticketVersion ?? 0) + 1)
			say("REP-1", `row ${seq}: ${key} version ${body.ticketVersion} follows ${before?.ticketVersion ?? "nothing"}`);
		const isNext = before === undefined || NEXT[String(before.status)]?.includes(String(body.status));
		if (!isNext) say("BET-8", `row ${seq}: ${key} was ${before.status} and is ${body.status}`);
		if (body.returnMinor !== (paid.get(key) ?? 0))
			say("REP-3", `row ${seq}: ${key} says it returned ${body.returnMinor}, its postings say ${paid.get(key) ?? 0}`);
	}
	const strangers = [...told.keys()].filter((key) => !tickets.some((ticket) => ticket.key === key));
	for (const key of strangers) say("REP-3", `Postgres has ${key}, which is no ticket`);
	return [...said, ...tickets.flatMap((ticket) => differencesOf(ticket, told.get(ticket.key), byLast))];
}

function differencesOf(
	ticket: BookTicket,
	row: Fields | undefined,
	byLast: ReportHistory["byLast"],
): readonly Violation[] {
	if (row === undefined) return [{ rule: "REP-1", what: `Postgres has nothing of ${ticket.key}` }];
	const { partnerId, licence, playerId, ticketId, status, code, currency, stakeMinor, houseRulesVersion } = ticket;
	const plain = { partnerId, licence, playerId, ticketId, status, code, currency, stakeMinor, houseRulesVersion };
	const { version: ticketVersion, region, placedAtMs, decidedAtMs, settledAtMs, returnMinor } = ticket;
	const rest = { ticketVersion, region, placedAtMs, decidedAtMs, settledAtMs, returnMinor: returnMinor ?? 0 };
	const rows = Array.isArray(row.legs) ? (row.legs as readonly Fields[]) : [];
	return [
		...differences("REP-3", ticket.key, row, { ...plain, ...rest }),
		...ticket.legs.flatMap((leg, index) => {
			const { legNo, matchId, marketId, outcomeId, shownOddsMilli, matchStateAtRequest, taken } = leg;
			const { settlementVersion } = leg;
			const result = leg.outcome?.split(" ")[0] ?? null;
			const isByLast = byLast.has(nameOfTaken(ticket.key, legNo, settlementVersion));
			const isUntold = isByLast && Number(rows[index]?.settlementVersion) < settlementVersion;
			return differences("REP-3", `${ticket.key} leg ${legNo}`, rows[index] ?? {}, {
				legNo,
				matchId,
				marketId,
				outcomeId,
				shownOddsMilli,
				matchStateAtRequest,
				takenOddsMilli: taken?.oddsMilli ?? null,
				marketVersion: taken?.marketVersion ?? leg.marketVersion,
				matchStateAtDecision: taken?.matchState ?? leg.refusedAtState,
				epoch: taken?.epoch ?? null,
				seq: taken?.seq ?? null,
				tick: taken?.tick ?? null,
				...(isUntold ? {} : { settlementVersion, result }),
			});
		}),
	];
}

function differences(rule: string, what: string, row: Fields, due: Fields): readonly Violation[] {
	return Object.entries(due).flatMap(([name, value]) =>
		row[name] === value ? [] : [{ rule, what: `${what}: ${name} is ${row[name]} in Postgres, and should be ${value}` }],
	);
}
