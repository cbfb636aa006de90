/** /metrics: what matches and wallets say of themselves, added up as Prometheus reads it. */
import { REGIONS } from "../../shared/contracts/ids.ts";
import type { MatchOps } from "../../shared/contracts/match.ts";
import type { WalletMeasures } from "../../shared/contracts/wallet.ts";
import { METRICS } from "../../shared/limits.ts";
import { addHistograms, histogramLines } from "../../shared/metrics.ts";
import { board, type EdgeContext, match, wallet } from "./context.ts";
import { type ReportsHealth, reportsHealth } from "./reports.ts";

export async function metricsText(c: EdgeContext): Promise<string> {
	const shards = sampledWallets(c.var.config.walletShards);
	const [matches, wallets, reports] = await Promise.all([
		matchOps(c),
		Promise.all(shards.map((name) => answered(wallet(c.env, name).measures({ v: 1, wallet: name })))),
		reportsHealth(c.env),
	]);
	const known = wallets.filter((entry) => entry !== null);
	const lines = [
		...matchLines(matches),
		...walletLines(known, shards.length),
		...outboxLines([...matches, ...known]),
		...reportLines(reports),
	];
	return `${lines.join("\n")}\n`;
}

/** Every match on the board; one that does not answer is left out. */
export async function matchOps(c: EdgeContext): Promise<readonly MatchOps[]> {
	const known = await board(c.env).list({ v: 1 });
	const asked = await Promise.all(known.map(({ matchId }) => answered(match(c.env, matchId).ops({ v: 1, matchId }))));
	return asked.filter((entry) => entry !== null);
}

const answered = <T>(call: Promise<T>): Promise<T | null> => call.catch(() => null);

/** Players are spread over shards by a hash, so a few shards of each region stand for all of them. */
export function sampledWallets(shards: number): readonly string[] {
	const perRegion = Math.min(shards, Math.max(1, Math.floor(METRICS.maxWallets / REGIONS.length)));
	return REGIONS.flatMap((region) => Array.from({ length: perRegion }, (_, shard) => `wallet:${region}:${shard}`));
}

function gauge(name: string, help: string, value: number): readonly string[] {
	return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}

function matchLines(ops: readonly MatchOps[]): readonly string[] {
	const sum = (of: (entry: MatchOps) => number): number => ops.reduce((total, entry) => total + of(entry), 0);
	return [
		...gauge("touchline_matches_live", "Matches in play", ops.filter((entry) => entry.inPlay).length),
		...gauge(
			"touchline_matches_held",
			"Matches with at least one hold",
			ops.filter((entry) => entry.holds.length > 0).length,
		),
		...gauge(
			"touchline_relays_listening",
			"Relay connections to matches",
			sum((entry) => entry.subscribers),
		),
		...gauge(
			"touchline_desk_outbox_depth",
			"Results on their way to desks",
			sum((entry) => entry.deskOutboxDepth),
		),
		...histogramLines(
			"touchline_event_to_frame_seconds",
			"From a lane's receipt of an input to the match's frame, of matches on the board, since each one's instance started",
			addHistograms(ops.map((entry) => entry.eventToFrame)),
		),
	];
}

function walletLines(wallets: readonly WalletMeasures[], asked: number): readonly string[] {
	const sum = (of: (entry: WalletMeasures) => number): number => wallets.reduce((total, entry) => total + of(entry), 0);
	return [
		...gauge("touchline_wallets_asked", "Wallets that the figures below are asked of", asked),
		...gauge("touchline_wallets_answered", "Of them, those that answered", wallets.length),
		...gauge(
			"touchline_tickets_pending",
			"Tickets without a decision",
			sum((entry) => entry.pendingTickets),
		),
		...gauge(
			"touchline_tickets_overdue",
			"Tickets without a decision long after their deadline",
			sum((entry) => entry.overdueTickets),
		),
		...gauge(
			"touchline_release_outbox_depth",
			"Releases on their way to desks",
			sum((entry) => entry.outboxDepth),
		),
		...histogramLines(
			"touchline_bet_to_decision_seconds",
			"From a bet's receipt at its wallet to its decision, bet delay included, since each wallet's instance started",
			addHistograms(wallets.map((entry) => entry.betToDecision)),
		),
	];
}

type ReportOutboxOf = Pick<WalletMeasures, "reportOutboxDepth" | "reportOutboxAgeMs">;

function outboxLines(sources: readonly ReportOutboxOf[]): readonly string[] {
	return [
		...gauge(
			"touchline_report_outbox_depth",
			"Rows of the matches and wallets asked on their way to Postgres",
			sources.reduce((sum, { reportOutboxDepth }) => sum + reportOutboxDepth, 0),
		),
		...gauge(
			"touchline_report_outbox_age_seconds",
			"For how long the oldest of these rows has waited",
			Math.max(0, ...sources.map(({ reportOutboxAgeMs }) => reportOutboxAgeMs ?? 0)) / 1_000,
		),
	];
}

function reportLines(reports: ReportsHealth | null): readonly string[] {
	const up = gauge("touchline_postgres_up", "1 while Postgres answers", reports === null ? 0 : 1);
	if (reports === null) return up;
	return [
		...up,
		...gauge("touchline_reports_stored", "Rows Postgres holds contiguously", reports.rows),
		...gauge("touchline_reports_rejected", "Rows Postgres refused", reports.rejected),
		...gauge("touchline_dead_letters", "Messages given up on", reports.deadLetters),
	];
}
