/**
 * What must be true once everything is up again, asked of the platform and of PostgreSQL from outside. Every violation is a
 * sentence that names what it found.
 */
import pg from "pg";
import { legOutcomeOf, type MarketResultState } from "../../shared/contracts/results.ts";
import type { MeView, WalletConservation } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import type { Bet, Bettors, Player } from "./bettor.ts";
import { getJson, sleep, type World, within } from "./world.ts";

/** The longest a bet may stay undecided: its deadline (39 s under the demo licence), the question 3 s later, and 10 s more. */
const DECIDED_WITHIN_MS = 60_000;
const SETTLED_WITHIN_MS = 60_000;
/** Outboxes back off while Postgres is away; a long silence before may have brought them to minutes. */
const REPORTED_WITHIN_MS = 120_000;
const POLL_MS = 500;
const PAGE = 100;

/**
 * Every currency of every wallet, and that no hold outlives its deadline: until nothing is pending any more. Call it when
 * betting is over; from `recoveredAtMs` on everything was up.
 */
export async function auditHolds(world: World, recoveredAtMs: number): Promise<readonly string[]> {
	const untilMs = performance.now() + DECIDED_WITHIN_MS;
	while (true) {
		const wallets = await walletsOf(world);
		const wrong = wallets.flatMap((wallet) => wrongSums(wallet));
		const overdue = wallets.filter(({ overdueTickets }) => overdueTickets > 0);
		if (performance.now() > recoveredAtMs + BET.overdueMs) wrong.push(...overdue.map(overdueWords));
		if (wrong.length > 0) return wrong;
		if (wallets.every(({ pendingTickets }) => pendingTickets === 0)) return [];
		if (performance.now() > untilMs)
			return wallets
				.filter(({ pendingTickets }) => pendingTickets > 0)
				.map(({ wallet, pendingTickets }) => `${wallet} still holds ${pendingTickets} tickets without a decision`);
		await sleep(POLL_MS);
	}
}

async function walletsOf(world: World): Promise<readonly WalletConservation[]> {
	const answer = await getJson<{ wallets: WalletConservation[] }>(world, "/v1/ops/wallets", world.operatorToken);
	return answer.wallets;
}

function wrongSums({ wallet, sums }: WalletConservation): string[] {
	return Object.entries(sums).flatMap(([currency, sum]) =>
		sum === 0 ? [] : [`${wallet}: ${currency} sums to ${sum}, not to zero`],
	);
}

const overdueWords = ({ wallet, overdueTickets }: WalletConservation): string =>
	`${wallet}: ${overdueTickets} holds without a decision more than ${BET.overdueMs / 1_000} s after their deadline`;

/** Every bet that was answered is there once, with that answer; all accepted ones are settled. */
export async function auditBets(
	world: World,
	bettors: Bettors,
	players: readonly Player[],
): Promise<readonly string[]> {
	const open = await within(SETTLED_WITHIN_MS, async () => {
		const unsettled = await lookAgain(world, bettors, players);
		return unsettled.length === 0 ? true : null;
	});
	const wrong = open === true ? [] : (await lookAgain(world, bettors, players)).slice(0, 20);
	const perPlayer = await Promise.all(players.map((player) => auditPlayer(world, player, bettors.bets)));
	return [...wrong, ...bettors.contradictions, ...perPlayer.flat()];
}

/** Takes every ticket's present answer, which the bettors hold against the ones before; what is not settled yet, in words. */
async function lookAgain(world: World, bettors: Bettors, players: readonly Player[]): Promise<readonly string[]> {
	const unsettled: string[] = [];
	for (const player of players) {
		const known = new Map((await ticketsOf(world, player)).map((ticket) => [ticket.id, ticket]));
		for (const bet of bettors.bets) {
			const ticket = bet.player === player ? known.get(bet.id) : undefined;
			if (ticket === undefined) continue;
			bettors.take(bet, ticket);
			if (ticket.status === "settled" || ticket.status === "refused") continue;
			const missing = ticket.legs.filter(({ outcome }) => outcome === null);
			const legs = missing.map(({ matchId, marketId }) => `${matchId} ${marketId}`).join(", ");
			unsettled.push(`bet ${bet.id} of ${player.playerId} is ${ticket.status}; no result for ${legs}`);
		}
	}
	return unsettled;
}

async function ticketsOf(world: World, { token }: Player): Promise<readonly TicketView[]> {
	const all: TicketView[] = [];
	while (true) {
		const before = all.at(-1)?.id;
		const path = `/v1/me/bets?limit=${PAGE}${before === undefined ? "" : `&before=${before}`}`;
		const { bets } = await getJson<{ bets: TicketView[] }>(world, path, token);
		all.push(...bets);
		if (bets.length < PAGE) return all;
	}
}

async function auditPlayer(world: World, player: Player, bets: readonly Bet[]): Promise<readonly string[]> {
	const { playerId, openingMinor } = player;
	const wrong: string[] = [];
	const tickets = await ticketsOf(world, player);
	const times = new Map<string, number>();
	for (const { id } of tickets) times.set(id, (times.get(id) ?? 0) + 1);
	for (const [id, count] of times) if (count > 1) wrong.push(`bet ${id} of ${playerId} is there ${count} times`);
	const mine = new Set(bets.filter((bet) => bet.player === player).map(({ id }) => id));
	for (const { id } of tickets) if (!mine.has(id)) wrong.push(`${playerId} has a bet ${id} that nobody placed`);
	for (const bet of bets)
		if (bet.player === player && bet.told !== null && !times.has(bet.id))
			wrong.push(`bet ${bet.id} of ${playerId} was answered (${bet.told.status}) and is gone`);
	const taken = tickets.filter(({ status }) => status === "accepted" || status === "settled");
	const stakes = taken.reduce((sum, { stakeMinor }) => sum + stakeMinor, 0);
	const returns = taken.reduce((sum, { returnMinor }) => sum + (returnMinor ?? 0), 0);
	const me = await getJson<MeView>(world, "/v1/me", player.token);
	const dueMinor = openingMinor - stakes + returns;
	if (me.balanceMinor !== dueMinor)
		wrong.push(`${playerId} has ${me.balanceMinor} ${me.currency}, and its bets leave it ${dueMinor}`);
	if (me.heldMinor !== 0) wrong.push(`${me.heldMinor} ${me.currency} of ${playerId} is still held`);
	return wrong;
}

type Reconciliation = {
	readonly equal: boolean;
	readonly sumsZero: boolean;
	readonly reportsOutboxDepth: number;
	readonly differences: readonly { readonly name: string; readonly source: string; readonly detail: string }[];
};

/** Postgres has caught up, equals the ledgers, and has each version of each ticket once, with the results its legs have. */
export async function auditReports(
	world: World,
	bets: readonly Bet[],
): Promise<{ readonly wrong: readonly string[]; readonly rows: number; readonly caughtUpMs: number }> {
	const startedAtMs = performance.now();
	let last: Reconciliation | null = null;
	const caughtUp = await within(REPORTED_WITHIN_MS, async () => {
		last = await getJson<Reconciliation>(world, "/v1/ops/reconciliation", world.operatorToken);
		return last.equal && last.sumsZero && last.reportsOutboxDepth === 0 ? true : null;
	});
	const caughtUpMs = Math.round(performance.now() - startedAtMs);
	const wrong = caughtUp === true ? [] : [reconciliationWords(last)];
	const client = new pg.Client({ connectionString: world.connectionString() });
	await client.connect();
	try {
		const { rows } = await client.query("SELECT count(*)::int AS n FROM report_rows");
		return { wrong: [...wrong, ...(await ticketsInPostgres(client, bets))], rows: Number(rows[0]?.n), caughtUpMs };
	} finally {
		await client.end();
	}
}

function reconciliationWords(last: Reconciliation | null): string {
	if (last === null) return "Postgres could not be compared with the ledgers";
	const named = last.differences.slice(0, 5).map(({ name, source, detail }) => `${name} ${source} (${detail})`);
	return `Postgres does not equal the ledgers: ${last.reportsOutboxDepth} rows on their way; ${named.join("; ")}`;
}

async function ticketsInPostgres(client: pg.Client, bets: readonly Bet[]): Promise<readonly string[]> {
	const versions = await client.query(
		"SELECT player_id, ticket_id, array_agg(ticket_version ORDER BY ticket_version) AS versions FROM tickets GROUP BY player_id, ticket_id",
	);
	const holds = await client.query(
		"SELECT player_id, ticket_id, count(DISTINCT txn)::int AS n FROM ledger_entries WHERE reason = 'hold' GROUP BY player_id, ticket_id",
	);
	const results = await client.query(
		"SELECT DISTINCT ON (match_id, market_id) match_id, market_id, state FROM results ORDER BY match_id, market_id, settlement_version DESC",
	);
	const key = (playerId: unknown, ticketId: unknown): string => `${playerId}/${ticketId}`;
	const versionsOf = new Map(
		versions.rows.map((row) => [key(row.player_id, row.ticket_id), row.versions as readonly number[]]),
	);
	const holdsOf = new Map(holds.rows.map((row) => [key(row.player_id, row.ticket_id), Number(row.n)]));
	const resultOf = new Map(
		results.rows.map((row) => [`${row.match_id} ${row.market_id}`, row.state as MarketResultState]),
	);
	return bets.flatMap(({ player, id, told }) => {
		if (told === null) return [];
		const ticket = key(player.playerId, id);
		const has = versionsOf.get(ticket) ?? [];
		const due = Array.from({ length: told.ticketVersion }, (_, index) => index + 1);
		const wrong = [
			...(has.join() === due.join() ? [] : [`Postgres has versions [${has}] of bet ${ticket}, not [${due}]`]),
		];
		const held = holdsOf.get(ticket) ?? 0;
		const mayBeFree = told.status === "refused";
		if (held > 1 || (held === 0 && !mayBeFree)) wrong.push(`the stake of bet ${ticket} was held ${held} times`);
		if (told.status !== "settled") return wrong;
		for (const { matchId, marketId, outcomeId, outcome } of told.legs) {
			const state = resultOf.get(`${matchId} ${marketId}`);
			// No feed of a kill dates its incidents, so no bet is void for its time.
			const leg = { outcomeId, licence: "", acceptedAtMs: 0 };
			const dueKind =
				state === undefined ? "no result" : legOutcomeOf({ marketId, settlementVersion: 1, state }, leg)?.kind;
			if (outcome?.kind !== dueKind)
				wrong.push(`a leg of bet ${ticket} on ${matchId} ${marketId} got ${outcome?.kind}; the match says ${dueKind}`);
		}
		return wrong;
	});
}
