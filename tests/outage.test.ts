/**
 * The reporting side in trouble: a row that the database fails on, a consumer that fails, PostgreSQL stopped for a minute.
 * Bets and settlement do not notice, `/readyz` and `/metrics` tell it, and reports catch up. The tests follow one another on
 * one platform.
 */
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newPlayer, type Player } from "../scripts/kill/bettor.ts";
import { type Feed, ScriptedMatch, startFeed } from "../scripts/kill/feed.ts";
import { getJson, sleep, startWorld, type World } from "../scripts/kill/world.ts";
import { walletNameOf } from "../shared/contracts/ids.ts";
import type { TicketView } from "../shared/ticket/schema.ts";
import { until } from "./harness.ts";

const STOPPED_MS = 60_000;
const POISONED = "poisoned-bet-0001";
/** The wallet that readiness asks. */
const SAMPLE_WALLET = "wallet:weur:0";
const WALLET_SHARDS = 2;
const HOUR_MS = 3_600_000;

let world: World;
let feed: Feed;
let player: Player;

type Dependency = { readonly state: string; readonly needed: boolean; readonly detail?: string };
type Readiness = { readonly status: string; readonly dependencies: Readonly<Record<string, Dependency>> };
type Reconciliation = {
	readonly equal: boolean;
	readonly sumsZero: boolean;
	readonly reportsOutboxDepth: number;
	readonly differences: readonly { readonly name: string; readonly detail: string }[];
};

async function openMatch(name: string): Promise<ScriptedMatch> {
	const match = new ScriptedMatch(feed, name);
	await match.announce(Date.now() + 6 * HOUR_MS);
	await until(async () => ((await fetch(`${world.url}/v1/matches/${name}`)).status === 200 ? true : null));
	return match;
}

/** A bet before the match, which is decided at once. */
async function bet(id: string, { matchId }: ScriptedMatch): Promise<TicketView> {
	const image = await getJson<{
		markets: readonly { marketId: string; version: number; outcomes: readonly { oddsMilli: number }[] }[];
	}>(world, `/v1/matches/${matchId}`);
	const market = image.markets.find(({ marketId }) => marketId === "1x2");
	const legs = [
		{
			matchId,
			marketId: "1x2",
			outcomeId: "home",
			oddsMilli: market?.outcomes[0]?.oddsMilli,
			marketVersion: market?.version,
		},
	];
	const answer = await fetch(`${world.url}/v1/bets`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Bearer ${player.token}`, prefer: "wait=20" },
		body: JSON.stringify({ id, legs, stakeMinor: 100, currency: "EUR", pricePolicy: "any" }),
	});
	expect(answer.status).toBe(200);
	return (await answer.json()) as TicketView;
}

const ticket = (id: string): Promise<TicketView> => getJson(world, `/v1/bets/${id}`, player.token);
const settled = (id: string): Promise<TicketView> =>
	until(async () => {
		const told = await ticket(id);
		return told.status === "settled" ? told : null;
	});

const asOperator = (): RequestInit => ({ headers: { authorization: `Bearer ${world.operatorToken}` } });

async function readiness(): Promise<Readiness & { readonly httpStatus: number }> {
	const answer = await fetch(`${world.url}/readyz`, asOperator());
	return { httpStatus: answer.status, ...((await answer.json()) as Readiness) };
}

async function metric(name: string): Promise<number> {
	const text = await (await fetch(`${world.url}/metrics`, asOperator())).text();
	return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

async function ticketsInPostgres(id: string): Promise<readonly number[]> {
	const client = new pg.Client({ connectionString: world.connectionString() });
	// PostgreSQL may be stopped while we read: the query fails by itself.
	client.on("error", () => {});
	await client.connect();
	try {
		const { rows } = await client.query(
			"SELECT ticket_version FROM tickets WHERE ticket_id = $1 ORDER BY ticket_version",
			[id],
		);
		return rows.map((row) => Number(row.ticket_version));
	} finally {
		await client.end();
	}
}

const reported = (id: string, versions: readonly number[]): Promise<boolean> =>
	until(async () => ((await ticketsInPostgres(id)).join() === versions.join() ? true : null), 500);

/** Postgres against the ledgers, once nothing is on its way any more. */
const complete = (): Promise<Reconciliation> =>
	until(async () => {
		const told = await getJson<Reconciliation>(world, "/v1/ops/reconciliation", world.operatorToken);
		const isComplete = told.reportsOutboxDepth === 0 && !told.differences.some(({ name }) => name === "gap");
		return isComplete ? told : null;
	}, 500);

beforeAll(async () => {
	world = await startWorld();
	feed = startFeed(world);
	do player = await newPlayer(world, "weur", "EUR");
	while (walletNameOf(player.playerId, WALLET_SHARDS) !== SAMPLE_WALLET);
}, 180_000);
afterAll(async () => {
	feed?.stop();
	await world?.stop();
}, 60_000);

describe("reports in trouble", { timeout: 300_000 }, () => {
	test("[REP-2] a bet that the database fails on holds up no other, and readiness names the wallet that waits", async () => {
		world.gate.set({
			kind: "poisoned",
			isPoison: (body) => /INSERT INTO \W*tickets\b/.test(body) && body.includes(POISONED),
		});
		const match = await openMatch("outage-poison");
		expect((await bet(POISONED, match)).status).toBe("accepted");
		expect((await bet("healthy-bet-0001", match)).status).toBe("accepted");
		await reported("healthy-bet-0001", [1, 2]);
		expect(await ticketsInPostgres(POISONED)).toEqual([]);
		expect(await metric("touchline_postgres_up")).toBe(1);
		expect(await metric("touchline_report_outbox_depth")).toBeGreaterThan(0);
		const degraded = await until(async () => {
			const { httpStatus, dependencies } = await readiness();
			expect(httpStatus).toBe(200);
			return dependencies.postgres?.state === "degraded" ? dependencies.postgres : null;
		}, 500);
		expect(degraded.detail).toMatch(new RegExp(`rows of ${SAMPLE_WALLET} wait for \\d+ s|rows refused`));
		expect(await metric("touchline_report_outbox_age_seconds")).toBeGreaterThan(10);
	});

	test("[REP-2] [REP-3] what can never be stored ends as a dead letter and a named difference, and holds up nothing any more", async () => {
		await until(async () => ((await metric("touchline_dead_letters")) > 0 ? true : null), 500);
		const check = await complete();
		expect(check.sumsZero).toBe(true);
		expect(check.differences.map(({ name }) => name)).toEqual(["row_refused", "row_refused"]);
		expect(await metric("touchline_reports_rejected")).toBe(2);
		expect(await metric("touchline_report_outbox_depth")).toBe(0);
		const { dependencies } = await readiness();
		expect(dependencies.postgres).toMatchObject({ state: "degraded" });
		expect(dependencies.postgres?.detail).toMatch(/^2 rows refused, \d+ dead letters$/);
		expect(readFileSync(world.logFile, "utf8")).toContain('"event":"dead_letters"');
		expect(await ticket(POISONED)).toMatchObject({ status: "accepted" });
		expect((await bet("bet-after-the-dead", await openMatch("outage-dead"))).status).toBe("accepted");
		await reported("bet-after-the-dead", [1, 2]);
		world.gate.set({ kind: "open" });
	});

	test.each([
		["answers with errors", { kind: "failing", status: 500 }],
		["does not answer", { kind: "hanging" }],
	] as const)("a database that %s: ready for bets, and both pages say what is wrong", async (_name, mode) => {
		world.gate.set(mode);
		const id = `bet-while-${mode.kind}`;
		expect((await bet(id, await openMatch(`outage-${mode.kind}`))).status).toBe("accepted");
		const { httpStatus, status, dependencies } = await readiness();
		expect([httpStatus, status, dependencies.postgres?.state]).toEqual([200, "ready", "down"]);
		expect(await metric("touchline_postgres_up")).toBe(0);
		expect(await metric("touchline_report_outbox_depth")).toBeGreaterThan(0);
		await until(async () => (world.gate.turnedAway() > 0 ? true : null));
		world.gate.set({ kind: "open" });
	});

	test("[SET-2] [REP-1] PostgreSQL stopped for a minute: bets are taken, decided and settled; reports catch up", async () => {
		const before = await openMatch("outage-before");
		expect((await bet("bet-before-the-stop", before)).status).toBe("accepted");
		await world.stopPostgres();
		const stoppedAtMs = performance.now();
		expect((await bet("bet-in-the-outage", before)).status).toBe("accepted");
		await before.kickOff();
		await before.finish();
		for (const id of ["bet-before-the-stop", "bet-in-the-outage"])
			expect(await settled(id)).toMatchObject({ status: "settled", legs: [{ outcome: { kind: "win" } }] });
		const during = await readiness();
		expect([during.httpStatus, during.status]).toEqual([200, "ready"]);
		expect(during.dependencies.postgres).toMatchObject({
			state: "down",
			needed: false,
			detail: "reports wait in their outboxes",
		});
		expect(await metric("touchline_postgres_up")).toBe(0);
		const depth = await metric("touchline_report_outbox_depth");
		expect((await bet("bet-late-in-the-outage", await openMatch("outage-late"))).status).toBe("accepted");
		expect(await metric("touchline_report_outbox_depth")).toBeGreaterThan(depth);
		await sleep(STOPPED_MS - (performance.now() - stoppedAtMs));
		expect(await metric("touchline_report_outbox_age_seconds")).toBeGreaterThan(STOPPED_MS / 1_000);
		expect((await readiness()).dependencies.postgres?.state).toBe("down");
		await world.startPostgres();
		for (const id of ["bet-before-the-stop", "bet-in-the-outage"]) await reported(id, [1, 2, 3]);
		for (const id of ["bet-late-in-the-outage", "bet-while-failing", "bet-while-hanging"]) await reported(id, [1, 2]);
		expect(await metric("touchline_postgres_up")).toBe(1);
		const check = await complete();
		expect([check.sumsZero, check.differences.filter(({ name }) => name !== "row_refused")]).toEqual([true, []]);
	});
});
