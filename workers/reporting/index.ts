/** The reporting script: consumes `reports` and its dead letters, and answers the edge about Postgres. */
import { env as environment } from "cloudflare:workers";
import { faultText } from "../../durable-objects/runtime/log.ts";
import { rpcClient } from "../../durable-objects/runtime/stubs.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { reportingConfig, reportingStart } from "./config.ts";
import { answerQueue, type Marks, retryDelaySec, storeDeadLetters, storeMessages } from "./consume.ts";
import { openDatabase } from "./database.ts";
import { forLog, reconcile } from "./reconcile.ts";
import { health, summary } from "./summary.ts";

reportingStart(environment);

const DEAD_QUEUE = "reports-dead";

const log = (level: "info" | "warn" | "error", event: string, fields: Readonly<Record<string, unknown>>): void =>
	console[level](JSON.stringify({ level, part: "reporting", event, ...fields }));

/** A source that does not hear of its mark sends again, and hears then. */
async function confirmMarks(env: ReportingEnv, marks: Marks): Promise<void> {
	await Promise.all(
		marks.map(async ({ source, mark }) => {
			const client = rpcClient<Pick<WalletRpc & MatchRpc, "confirmReports">>(
				source.startsWith("wallet:") ? env.WALLET : env.MATCH,
				source,
			);
			await client
				.confirmReports({ v: 1, source, mark })
				.catch((fault: unknown) => log("warn", "mark_not_confirmed", { source, fault: faultText(fault) }));
		}),
	);
}

function reconcileNow(env: ReportingEnv): ReturnType<typeof reconcile> {
	const config = reportingConfig(env);
	const wallet = (name: string) =>
		rpcClient<WalletRpc>(env.WALLET, name)
			.conservation({ v: 1, wallet: name })
			.catch(() => null);
	return reconcile({ database: openDatabase(config), wallet, nowMs: Date.now() });
}

export default {
	/** For the edge's service binding only; the edge has asked for the operator's token. */
	async fetch(request, env): Promise<Response> {
		try {
			const database = openDatabase(reportingConfig(env));
			switch (new URL(request.url).pathname) {
				case "/summary":
					return Response.json(await summary(database, Date.now()));
				case "/reconciliation":
					return Response.json(await reconcileNow(env));
				case "/health":
					return Response.json(await health(database));
				default:
					return new Response(null, { status: 404 });
			}
		} catch (fault) {
			log("warn", "postgres_unavailable", { fault: faultText(fault) });
			return Response.json({ code: "unavailable" }, { status: 503 });
		}
	},

	async queue(batch, env): Promise<void> {
		const isDead = batch.queue === DEAD_QUEUE;
		try {
			const database = openDatabase(reportingConfig(env));
			const messages = batch.messages.map(({ id, body }) => ({ id, body }));
			// A dead letter may be storable by now: its rows are treated like any others, but for the last time. Kept whole it is
			// afterwards: what only waits for a migration comes again under other ids, and would be kept each time.
			const { marks, stuck } = await storeMessages(database, messages, isDead);
			if (isDead) {
				log("error", "dead_letters", { messages: messages.length });
				await storeDeadLetters(
					database,
					messages.map(({ id, body }) => ({ id, reason: "given up on", body })),
				);
			}
			await confirmMarks(env, marks);
			answerQueue(batch.messages, stuck);
			for (const [id, fault] of stuck) log("error", "message_not_stored", { id, fault: faultText(fault) });
		} catch (fault) {
			const attempts = Math.max(...batch.messages.map((message) => message.attempts));
			log("warn", "reports_not_stored", { messages: batch.messages.length, attempts, fault: faultText(fault) });
			// Each by its own count: a message that has failed for long must not make new ones wait as long.
			for (const message of batch.messages) message.retry({ delaySeconds: retryDelaySec(message.attempts) });
		}
	},

	/** Each minute: says in one line whether Postgres equals the ledgers. */
	async scheduled(_controller, env): Promise<void> {
		const check = await reconcileNow(env);
		log(check.equal && check.sumsZero ? "info" : "error", "reconciliation", forLog(check));
	},
} satisfies ExportedHandler<ReportingEnv>;
