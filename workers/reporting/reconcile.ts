/**
 * Reconciliation (REP-3): Postgres against itself by SQL, then against the wallets that could differ. Every difference has
 * a name, a source and both figures.
 */
import { sql } from "drizzle-orm";
import type { WalletConservation } from "../../shared/contracts/wallet.ts";
import { REPORTS } from "../../shared/limits.ts";
import type { Database, Rows } from "./database.ts";

export type Difference = { readonly name: string; readonly source: string; readonly detail: string };
export type Reconciliation = {
	readonly checkedAtMs: number;
	/** Postgres equals the ledgers, as far as rows have been sent; nothing is missing, refused or different. */
	readonly equal: boolean;
	/** Every currency sums to zero, in Postgres and in every wallet that was asked. */
	readonly sumsZero: boolean;
	readonly sources: number;
	readonly walletsAsked: number;
	readonly reportsOutboxDepth: number;
	readonly differences: readonly Difference[];
};

type Named = (row: Rows[number]) => Difference;
const text = (value: unknown): string => String(value);

export type ReconcileDeps = {
	readonly database: Database;
	/** Null where the wallet does not answer. */
	readonly wallet: (name: string) => Promise<WalletConservation | null>;
	readonly nowMs: number;
};

export async function reconcile({ database, wallet, nowMs }: ReconcileDeps): Promise<Reconciliation> {
	const [unbalanced = [], transactions = [], running = [], refused = [], versions = [], marks = []] =
		await database.batch([
			sql`SELECT source, currency, sum(amount_minor)::text AS total FROM ledger_entries GROUP BY source, currency HAVING sum(amount_minor) <> 0`,
			sql`SELECT source, txn, sum(amount_minor)::text AS total FROM ledger_entries GROUP BY source, txn HAVING sum(amount_minor) <> 0 LIMIT 100`,
			sql`SELECT source, account, currency, entry_id FROM (
				SELECT *, sum(amount_minor) OVER (PARTITION BY source, account, currency ORDER BY entry_id) AS running FROM ledger_entries
			) e WHERE running <> balance_minor LIMIT 100`,
			sql`SELECT source, seq, reason FROM rejected ORDER BY source, seq LIMIT 100`,
			sql`SELECT player_id, ticket_id, max(ticket_version) AS top, count(*) AS n FROM tickets GROUP BY player_id, ticket_id HAVING max(ticket_version) <> count(*) LIMIT 100`,
			sql`SELECT m.source, m.mark, (SELECT max(seq) FROM report_rows r WHERE r.source = m.source) AS top FROM report_marks m`,
		]);
	const name = (rows: Rows, named: Named): readonly Difference[] => rows.map(named);
	const differences: Difference[] = [
		...name(unbalanced, (row) => ({
			name: "currency_not_zero",
			source: text(row.source),
			detail: `${row.currency} sums to ${row.total}`,
		})),
		...name(transactions, (row) => ({
			name: "transaction_not_zero",
			source: text(row.source),
			detail: `transaction ${row.txn} sums to ${row.total}`,
		})),
		...name(running, (row) => ({
			name: "running_balance",
			source: text(row.source),
			detail: `${row.account} ${row.currency} differs at entry ${row.entry_id}`,
		})),
		...name(refused, (row) => ({
			name: "row_refused",
			source: text(row.source),
			detail: `seq ${row.seq}: ${row.reason}`,
		})),
		...name(versions, (row) => ({
			name: "ticket_versions",
			source: text(row.player_id),
			detail: `${row.ticket_id} has ${row.n} of ${row.top} versions`,
		})),
		...name(
			marks.filter((row) => Number(row.top ?? 0) > Number(row.mark)),
			(row) => ({ name: "gap", source: text(row.source), detail: `contiguous to ${row.mark}, newest ${row.top}` }),
		),
	];
	const wallets = marks.map((row) => text(row.source)).filter((source) => source.startsWith("wallet:"));
	const asked = await Promise.all(wallets.map(async (source) => ({ source, told: await wallet(source) })));
	const balances = await database.query(
		sql`SELECT source, account, currency, sum(amount_minor)::text AS total FROM ledger_entries GROUP BY source, account, currency`,
	);
	const markOf = new Map(marks.map((row) => [text(row.source), Number(row.mark)]));
	for (const { source, told } of asked)
		differences.push(...compareWallet(source, told, markOf.get(source) ?? 0, balances));
	const isZero =
		unbalanced.length === 0 &&
		asked.every(({ told }) => told === null || Object.values(told.sums).every((sum) => sum === 0));
	return {
		checkedAtMs: nowMs,
		equal: differences.length === 0,
		sumsZero: isZero,
		sources: marks.length,
		walletsAsked: asked.length,
		reportsOutboxDepth: asked.reduce(
			(sum, { told }) => sum + (told === null ? 0 : told.lastSeq - told.confirmedSeq),
			0,
		),
		differences,
	};
}

/** Balances are compared where Postgres holds all that the wallet has written; what is still on its way is no difference. */
function compareWallet(
	source: string,
	told: WalletConservation | null,
	mark: number,
	balances: Rows,
): readonly Difference[] {
	if (told === null) return [{ name: "wallet_silent", source, detail: "the wallet did not answer" }];
	const sums = Object.entries(told.sums).filter(([, sum]) => sum !== 0);
	const differences = sums.map(
		([currency, sum]): Difference => ({ name: "wallet_not_zero", source, detail: `${currency} sums to ${sum}` }),
	);
	if (mark > told.lastSeq)
		return [
			...differences,
			{ name: "ahead_of_wallet", source, detail: `Postgres holds ${mark}, the wallet wrote ${told.lastSeq}` },
		];
	if (mark < told.lastSeq) return differences;
	const here = new Map(
		balances.filter((row) => row.source === source).map((row) => [`${row.account} ${row.currency}`, Number(row.total)]),
	);
	for (const { account, currency, balanceMinor } of told.accounts) {
		const total = here.get(`${account} ${currency}`) ?? 0;
		if (total !== balanceMinor)
			differences.push({
				name: "balance",
				source,
				detail: `${account} ${currency}: wallet ${balanceMinor}, Postgres ${total}`,
			});
	}
	return differences;
}

/** What fits into a line of the log; all of it stands in the answer to the operator. */
export const forLog = (check: Reconciliation): Reconciliation => ({
	...check,
	differences: check.differences.slice(0, REPORTS.maxDifferencesLogged),
});
