/** MON-2, MON-3, SET-3: every transaction of every wallet, in its order. A ledger is judged as it went, and not only as it stands. */
import type { Violation } from "./facts.ts";
import { type BookEntry, type BookTicket, isTaken, type ToldSums, type WalletBooks } from "./wallet-books.ts";

/** From where to where money goes, by the reason of a transaction. */
const WAYS: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
	deposit: [["funding", "cash"]],
	hold: [["cash", "hold"]],
	release: [["hold", "cash"]],
	post: [["hold", "house"]],
	settle: [["house", "cash"]],
	reverse: [
		["cash", "house"],
		["receivable", "house"],
	],
	repay: [["cash", "receivable"]],
};
const kindOf = (account: string): string => account.split(":")[0] ?? "";
const ownerOf = (account: string): string => account.split(":")[1] ?? "";
const nameOf = ({ account, currency }: { readonly account: string; readonly currency: string }): string =>
	`${account} ${currency}`;

/** MON-2: at whatever moment an operator looks, each currency sums to zero, and so do the accounts that he is shown. */
export function auditSums(told: readonly ToldSums[]): readonly Violation[] {
	return told.flatMap(({ wallet, atMs, sums, accounts }) => {
		const shown = new Map<string, number>();
		for (const { currency, balanceMinor } of accounts) shown.set(currency, (shown.get(currency) ?? 0) + balanceMinor);
		return [...Object.entries(sums), ...shown].flatMap(([currency, minor]) =>
			minor === 0 ? [] : [{ rule: "MON-2", what: `${wallet} told at ${atMs} that its ${currency} sums to ${minor}` }],
		);
	});
}

export function auditLedger({ wallet, entries, accounts, tickets }: WalletBooks): readonly Violation[] {
	const said: Violation[] = [];
	const say = (rule: string, what: string): void => void said.push({ rule, what: `${wallet}: ${what}` });
	const balances = new Map<string, number>();
	const transactions = Map.groupBy(entries, ({ txn }) => txn);
	let last = 0;
	let due: { readonly account: string; readonly amountMinor: number } | null = null;
	for (const [txn, lines] of transactions) {
		if (txn !== last + 1) say("MON-2", `transaction ${txn} follows ${last}`);
		last = txn;
		const before = new Map(balances);
		for (const line of lines) {
			const balance = (balances.get(nameOf(line)) ?? 0) + line.amountMinor;
			balances.set(nameOf(line), balance);
			if (balance !== line.balanceMinor)
				say(
					"MON-2",
					`${nameOf(line)} stands at ${line.balanceMinor} after transaction ${txn}, its lines say ${balance}`,
				);
		}
		const wrong = whyWrongTransaction(lines, balances);
		if (wrong !== null) say(wrong.rule, `transaction ${txn}: ${wrong.what}`);
		const [from, to] = endsOf(lines);
		// SET-3: a debt is repaid first, by the very winnings that could be taken away otherwise.
		const repaid = lines[0]?.reason === "repay" && from !== null ? to?.amountMinor : undefined;
		if (due !== null && (repaid !== due.amountMinor || to?.account !== due.account))
			say("SET-3", `transaction ${txn} should have repaid ${due.amountMinor} to ${due.account}`);
		if (due === null && repaid !== undefined) say("SET-3", `transaction ${txn} repays what no winnings were there for`);
		due = lines[0]?.reason === "settle" && to !== null ? owedOf(to, before) : null;
	}
	if (due !== null) say("SET-3", `${due.account} should have been repaid ${due.amountMinor} in the end`);
	for (const account of accounts)
		if ((balances.get(nameOf(account)) ?? 0) !== account.balanceMinor)
			say(
				"MON-2",
				`${nameOf(account)} is kept as ${account.balanceMinor}, its lines say ${balances.get(nameOf(account))}`,
			);
	for (const [name, balance] of balances) {
		if (name.startsWith("hold:") && balance !== 0) say("MON-3", `${name} still holds ${balance} after all has healed`);
		if (!accounts.some((account) => nameOf(account) === name)) say("MON-2", `${name} has lines and is no account`);
	}
	return [...said, ...auditTicketPostings(wallet, entries, tickets)];
}

const endsOf = (lines: readonly BookEntry[]): readonly [from: BookEntry | null, to: BookEntry | null] => [
	lines.find(({ amountMinor }) => amountMinor < 0) ?? null,
	lines.find(({ amountMinor }) => amountMinor > 0) ?? null,
];

/** What winnings have to repay at once, by the debt before them. */
function owedOf(
	{ account, currency, amountMinor }: BookEntry,
	before: ReadonlyMap<string, number>,
): { readonly account: string; readonly amountMinor: number } | null {
	const debt = `receivable:${ownerOf(account)}`;
	const owedMinor = 0 - (before.get(`${debt} ${currency}`) ?? 0);
	return owedMinor > 0 ? { account: debt, amountMinor: Math.min(owedMinor, amountMinor) } : null;
}

function whyWrongTransaction(lines: readonly BookEntry[], balances: ReadonlyMap<string, number>): Violation | null {
	const [from, to] = endsOf(lines);
	const { reason = "" } = lines[0] ?? {};
	if (lines.length !== 2 || from === null || to === null || from.amountMinor + to.amountMinor !== 0)
		return { rule: "MON-2", what: `${reason} does not sum to zero` };
	if (from.currency !== to.currency) return { rule: "MON-2", what: `${reason} is in two currencies` };
	if (from.reason !== to.reason || from.ticketKey !== to.ticketKey)
		return { rule: "MON-2", what: `its lines are of ${from.reason} and ${to.reason}` };
	if (!WAYS[reason]?.some(([a, b]) => kindOf(from.account) === a && kindOf(to.account) === b))
		return { rule: "MON-3", what: `${reason} moves money from ${from.account} to ${to.account}` };
	const owners = [from, to].map(({ account }) => ownerOf(account)).filter((owner) => owner !== "");
	if (new Set(owners).size > 1) return { rule: "MON-2", what: `${reason} is between two players` };
	for (const line of lines) {
		const balance = balances.get(nameOf(line)) ?? 0;
		const kind = kindOf(line.account);
		if ((kind === "cash" || kind === "hold") && balance < 0)
			return { rule: kind === "cash" ? "SET-3" : "MON-3", what: `${nameOf(line)} stands at ${balance}` };
		if (kind === "receivable" && balance > 0)
			return { rule: "SET-3", what: `${nameOf(line)} stands at ${balance}: repaid beyond the debt` };
	}
	const left = balances.get(`cash:${ownerOf(from.account)} ${from.currency}`) ?? 0;
	return kindOf(from.account) === "receivable" && left > 0
		? { rule: "SET-3", what: `${from.account} owes ${to.amountMinor} while ${left} of cash are there` }
		: null;
}

/** MON-3, SET-1: one hold of the stake and one end of it; a return is paid only where the one before is taken back in full. */
function auditTicketPostings(
	wallet: string,
	entries: readonly BookEntry[],
	tickets: readonly BookTicket[],
): readonly Violation[] {
	const byTicket = Map.groupBy(
		entries.filter(({ amountMinor, ticketKey, reason }) => amountMinor > 0 && ticketKey !== null && reason !== "repay"),
		({ ticketKey }) => ticketKey ?? "",
	);
	const known = new Set(tickets.map(({ key }) => key));
	const strangers = [...byTicket.keys()].filter((key) => !known.has(key));
	return [
		...strangers.map((key) => ({ rule: "MON-3", what: `${wallet}: money moved for ${key}, which is no ticket` })),
		...tickets.flatMap((ticket) => {
			const wrong = whyWrongPostings(ticket, byTicket.get(ticket.key) ?? []);
			return wrong === null ? [] : [{ rule: wrong.rule, what: `${ticket.key} ${wrong.what}` }];
		}),
	];
}

function whyWrongPostings(ticket: BookTicket, postings: readonly BookEntry[]): Violation | null {
	const of = (reason: string): readonly BookEntry[] => postings.filter((posting) => posting.reason === reason);
	const [holds, releases, posts] = [of("hold"), of("release"), of("post")];
	if (postings.length === 0)
		return ticket.status === "refused" ? null : { rule: "MON-3", what: `is ${ticket.status} and never held anything` };
	if (holds.length !== 1) return { rule: "MON-3", what: `was held ${holds.length} times` };
	if (releases.length + posts.length > 1) return { rule: "MON-3", what: "was released or posted more than once" };
	const end = isTaken(ticket) ? posts : ticket.status === "refused" ? releases : [];
	if (ticket.status !== "pending" && end.length !== 1)
		return {
			rule: "MON-3",
			what: `is ${ticket.status}, and its stake was ${releases.length > 0 ? "released" : "kept"}`,
		};
	const odd = [...holds, ...end].find(({ amountMinor }) => amountMinor !== ticket.stakeMinor);
	if (odd !== undefined)
		return { rule: "MON-3", what: `has a ${odd.reason} of ${odd.amountMinor} for ${ticket.stakeMinor}` };
	const alien = postings.find(
		({ currency, account }) =>
			currency !== ticket.currency || (ownerOf(account) !== "" && ownerOf(account) !== ticket.playerId),
	);
	if (alien !== undefined) return { rule: "MON-2", what: `moved ${alien.currency} of ${alien.account}` };
	let paidMinor = 0;
	for (const { reason, amountMinor } of postings) {
		if (reason === "settle" && paidMinor !== 0) return { rule: "SET-1", what: "was paid twice for one settlement" };
		if (reason === "settle") paidMinor = amountMinor;
		if (reason === "reverse") paidMinor -= amountMinor;
		if (paidMinor < 0) return { rule: "SET-1", what: "had more taken back than it was paid" };
	}
	return paidMinor === (ticket.returnMinor ?? 0)
		? null
		: { rule: "MON-1", what: `says a return of ${ticket.returnMinor}, and ${paidMinor} were paid` };
}
