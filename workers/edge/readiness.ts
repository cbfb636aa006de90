/** Whether bets can be taken: each part asked by name, with its state and how old what it says is. */
import { stubOf } from "../../durable-objects/runtime/stubs.ts";
import { relayName } from "../../shared/contracts/ids.ts";
import { CONTRACT, FEED, HTTP, REPORTS } from "../../shared/limits.ts";
import { board, type EdgeContext, match, wallet } from "./context.ts";
import { reportsHealth } from "./reports.ts";

export type Dependency = {
	readonly state: "ok" | "degraded" | "down";
	/** How long the answer took, or how old the newest thing is that the part knows. */
	readonly ageMs: number | null;
	/** Without it no bet can be taken. */
	readonly needed: boolean;
	readonly detail?: string;
};

/** One of many shards and relays: that it answers says that its script is there. */
const SAMPLE_WALLET = "wallet:weur:0";
const SAMPLE_RELAY = relayName("weur", 0);

export async function dependencies(c: EdgeContext): Promise<Readonly<Record<string, Dependency>>> {
	const [boards, wallets, ingest, relay, feed, postgres] = await Promise.all([
		probe(true, async () => void (await board(c.env).list({ v: 1 }))),
		probe(true, () => walletState(c)),
		probe(true, async () => {
			const answer = await c.env.INGEST.fetch("https://ingest/v1/ingest/none");
			return answer.status === 405 ? {} : { state: "down", detail: `answered ${answer.status}` };
		}),
		// Without relays prices do not move on screens; a bet names what its player saw, and is judged all the same.
		probe(false, async () => {
			const { status } = await stubOf(c.env.RELAY, SAMPLE_RELAY).fetch("https://relay/v1/stream");
			return status === 426 ? {} : { state: "down", detail: `answered ${status}` };
		}),
		// A silent feed stops bets on its own matches, not on the platform.
		probe(false, () => feedState(c)),
		// Bets and settlement do not need Postgres: reports wait for it.
		probe(false, () => postgresState(c)),
	]);
	return { board: boards, wallet: wallets, ingest, relay, feed, postgres };
}

/** Ready is who can take bets: whatever else is missing shows as degraded or down, and does not turn players away. */
export function isReady(found: Readonly<Record<string, Dependency>>): boolean {
	return Object.values(found).every(({ needed, state }) => !needed || state !== "down");
}

async function probe(needed: boolean, ask: () => Promise<Partial<Dependency> | undefined>): Promise<Dependency> {
	const startedAtMs = Date.now();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const patience = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error("no answer")), HTTP.probeMs);
	});
	try {
		const told = await Promise.race([ask(), patience]);
		return { state: "ok", ageMs: Date.now() - startedAtMs, needed, ...told };
	} catch (fault) {
		const detail = fault instanceof Error ? fault.message.slice(0, CONTRACT.textChars) : "no answer";
		return { state: "down", ageMs: null, needed, detail };
	} finally {
		clearTimeout(timer);
	}
}

async function walletState(c: EdgeContext): Promise<Partial<Dependency>> {
	const { overdueTickets } = await wallet(c.env, SAMPLE_WALLET).measures({ v: 1, wallet: SAMPLE_WALLET });
	return overdueTickets > 0 ? { state: "degraded", detail: `${overdueTickets} tickets overdue` } : {};
}

async function feedState(c: EdgeContext): Promise<Partial<Dependency>> {
	const live = (await board(c.env).list({ v: 1 })).filter(({ status }) => status === "live");
	const asked = await Promise.all(live.map(({ matchId }) => match(c.env, matchId).ops({ v: 1, matchId })));
	const ages = asked.flatMap((ops) => (ops === null ? [] : [ops.spokeAgoMs ?? Number.POSITIVE_INFINITY]));
	if (ages.length === 0) return { ageMs: null, detail: "nothing in play" };
	const oldest = Math.max(...ages);
	return {
		ageMs: Number.isFinite(oldest) ? oldest : null,
		...(oldest > FEED.quietMs ? { state: "degraded", detail: "a feed in play is silent" } : {}),
	};
}

async function postgresState(c: EdgeContext): Promise<Partial<Dependency>> {
	const [told, sample] = await Promise.all([
		reportsHealth(c.env),
		wallet(c.env, SAMPLE_WALLET)
			.measures({ v: 1, wallet: SAMPLE_WALLET })
			.catch(() => null),
	]);
	if (told === null) return { state: "down", ageMs: null, detail: "reports wait in their outboxes" };
	const waitedMs = sample?.reportOutboxAgeMs ?? 0;
	const troubles = [
		...(told.rejected > 0 || told.deadLetters > 0
			? [`${told.rejected} rows refused, ${told.deadLetters} dead letters`]
			: []),
		// Postgres answers, and yet what is sent to it does not arrive: the consumer is in trouble.
		...(waitedMs > REPORTS.lateMs ? [`rows of ${SAMPLE_WALLET} wait for ${Math.round(waitedMs / 1_000)} s`] : []),
	];
	return {
		ageMs: told.newestRowAgeMs,
		...(troubles.length > 0 ? { state: "degraded", detail: troubles.join("; ") } : {}),
	};
}
