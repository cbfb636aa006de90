/** /healthz: this isolate answers. /readyz: each dependency by name. /metrics: Prometheus text. */

import { addHistograms, histogramLines } from "../../../shared/metrics.ts";
import { board, type EdgeApp, type EdgeContext, match, wallet } from "../context.ts";
import { decisionHistogram } from "../measures.ts";

type Dependency = {
	readonly state: "ok" | "degraded" | "down";
	readonly ageMs: number | null;
	readonly needed: boolean;
	readonly detail?: string;
};

/** What takes longer than this counts as down. */
const PATIENCE_MS = 2_000;
/** A match in play whose feed has been silent for longer takes no bets. */
const QUIET_MS = 15_000;

async function probe(needed: boolean, ask: () => Promise<Partial<Dependency> | undefined>): Promise<Dependency> {
	const startedAtMs = Date.now();
	const patience = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS));
	try {
		const told = await Promise.race([ask(), patience]);
		return { state: "ok", ageMs: Date.now() - startedAtMs, needed, ...told };
	} catch (fault) {
		return {
			state: "down",
			ageMs: null,
			needed,
			detail: fault instanceof Error ? fault.message.slice(0, 100) : "no answer",
		};
	}
}

async function dependencies(c: EdgeContext): Promise<Readonly<Record<string, Dependency>>> {
	const name = "wallet:weur:0";
	const [boards, wallets, ingest, feed, postgres] = await Promise.all([
		probe(true, async () => void (await board(c.env).list({ v: 1 }))),
		probe(true, async () => {
			const told = await wallet(c.env, name).conservation({ v: 1, wallet: name });
			return told.overdueTickets > 0 ? { state: "degraded", detail: `${told.overdueTickets} tickets overdue` } : {};
		}),
		probe(true, async () => {
			const answer = await c.env.INGEST.fetch("https://ingest/v1/ingest/none");
			return answer.status === 405 ? {} : { state: "down", detail: `answered ${answer.status}` };
		}),
		// A silent feed stops bets on its own matches, not on the platform.
		probe(false, () => feedState(c)),
		// Bets and settlement do not need Postgres: reports wait for it.
		probe(false, async () => {
			const answer = await c.env.REPORTING.fetch("https://reporting/health");
			if (!answer.ok) return { state: "down", detail: "reports wait in their outboxes" };
			const told = (await answer.json()) as { newestRowAgeMs: number | null; rejected: number; deadLetters: number };
			const troubled = told.rejected > 0 || told.deadLetters > 0;
			return {
				ageMs: told.newestRowAgeMs,
				...(troubled
					? { state: "degraded", detail: `${told.rejected} rows refused, ${told.deadLetters} dead letters` }
					: {}),
			};
		}),
	]);
	return { board: boards, wallet: wallets, ingest, feed, postgres };
}

async function feedState(c: EdgeContext): Promise<Partial<Dependency>> {
	const live = (await board(c.env).list({ v: 1 })).filter(({ status }) => status === "live");
	const asked = await Promise.all(live.map(({ matchId }) => match(c.env, matchId).ops({ v: 1, matchId })));
	const ages = asked.flatMap((ops) => (ops === null ? [] : [ops.spokeAgoMs ?? Number.POSITIVE_INFINITY]));
	if (ages.length === 0) return { ageMs: null, detail: "nothing in play" };
	const oldest = Math.max(...ages);
	return {
		ageMs: Number.isFinite(oldest) ? oldest : null,
		...(oldest > QUIET_MS ? { state: "degraded", detail: "a feed in play is silent" } : {}),
	};
}

async function metricsText(c: EdgeContext): Promise<string> {
	const known = await board(c.env).list({ v: 1 });
	const ops = (
		await Promise.all(
			known.map(({ matchId }) =>
				match(c.env, matchId)
					.ops({ v: 1, matchId })
					.catch(() => null),
			),
		)
	).filter((entry) => entry !== null);
	const told = await c.env.REPORTING.fetch("https://reporting/health").catch(() => null);
	const reporting =
		told?.ok === true ? ((await told.json()) as { rejected: number; deadLetters: number; rows: number }) : null;
	const gauge = (name: string, help: string, value: number): readonly string[] => [
		`# HELP ${name} ${help}`,
		`# TYPE ${name} gauge`,
		`${name} ${value}`,
	];
	const lines = [
		...gauge("touchline_matches_live", "Matches in play", ops.filter((entry) => entry.inPlay).length),
		...gauge(
			"touchline_matches_held",
			"Matches with at least one hold",
			ops.filter((entry) => entry.holds.length > 0).length,
		),
		...gauge(
			"touchline_relays_listening",
			"Relay connections to matches",
			ops.reduce((sum, entry) => sum + entry.subscribers, 0),
		),
		...gauge(
			"touchline_desk_outbox_depth",
			"Results on their way to desks",
			ops.reduce((sum, entry) => sum + entry.deskOutboxDepth, 0),
		),
		...gauge(
			"touchline_report_outbox_depth",
			"Rows of matches on their way to Postgres",
			ops.reduce((sum, entry) => sum + entry.reportOutboxDepth, 0),
		),
		...gauge("touchline_postgres_up", "1 while Postgres answers", reporting === null ? 0 : 1),
		...gauge("touchline_reports_stored", "Rows Postgres holds contiguously", reporting?.rows ?? 0),
		...gauge("touchline_reports_rejected", "Rows Postgres refused", reporting?.rejected ?? 0),
		...gauge("touchline_dead_letters", "Messages given up on", reporting?.deadLetters ?? 0),
		...histogramLines(
			"touchline_event_to_frame_seconds",
			"From a lane's receipt of an input to the match's frame",
			addHistograms(ops.map((entry) => entry.eventToFrame)),
		),
		...histogramLines(
			"touchline_bet_to_decision_seconds",
			"From a bet's request to its decision, bet delay included, at this edge",
			decisionHistogram(),
		),
	];
	return `${lines.join("\n")}\n`;
}

export function registerHealth(app: EdgeApp): void {
	app.get("/healthz", (c) => c.json({ status: "ok" }));
	app.get("/readyz", async (c) => {
		const found = await dependencies(c);
		const isReady = Object.values(found).every(({ needed, state }) => !needed || state !== "down");
		return c.json({ status: isReady ? "ready" : "not_ready", dependencies: found }, isReady ? 200 : 503);
	});
	app.get("/metrics", async (c) =>
		c.text(await metricsText(c), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }),
	);
}
