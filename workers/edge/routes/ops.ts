/** /v1/ops/*: what operators see and do. Every route asks for the operator's token first. */
import { createRoute, z } from "@hono/zod-openapi";
import { PROVIDER_GROUPS } from "../../../shared/catalogue/providers.ts";
import { SPORT_IDS, sportRows } from "../../../shared/catalogue/sports.ts";
import { laneNamesOf, REGIONS } from "../../../shared/contracts/ids.ts";
import { isPlainText } from "../../../shared/contracts/primitives.ts";
import { decode } from "../../../shared/decode.ts";
import { type TraderAction, traderActionSchema } from "../../../shared/feeds/canonical.ts";
import { CONTRACT } from "../../../shared/limits.ts";
import { type EdgeApp, type EdgeContext, lane, match, ProblemError, wallet } from "../context.ts";
import { requireMatch } from "../known-matches.ts";
import { matchOps } from "../metrics.ts";
import { requireOperator } from "../operators.ts";
import { matchIdParam, operatorSecurity, problemAnswers } from "../schemas.ts";

const STRENGTHS = SPORT_IDS.map((sport) => `${sport} ${sportRows(sport).strengthsText}`).join("; ");

/** What each action takes; its bounds are decoded by `traderActionSchema`, which every lane and match decodes by. */
const ACTIONS: Readonly<Record<TraderAction["action"], string>> = {
	suspend: "`marketIds` (all, where absent): withdrawn until reopened",
	reopen: "`marketIds` (all, where absent): ends suspensions by traders, and by deviation from the provider's prices",
	set_cap: "`capBaseMinor`: the most an outcome may cost, in minor units of the base currency",
	set_delay: "`delayMs`: the bet delay in play, at most 12000",
	set_margin:
		"`marginPpm` (0 to 300000, or null for the profile's own), for a `view` and a `group` (all, where absent)",
	shift: "`marketId`, `outcomeId`, `stepMilli` (−500 to 500 thousandths of a logit): steps add up, to ±1000 at most",
	clear_shifts: "`marketId` (all, where absent): takes shifts of traders back",
	set_liability_shift:
		"`maxMilli` (0 to 100 in twenties): how far bets move the price of an outcome at its cap; 0 is off",
	set_strengths: `\`strengths\`: ${STRENGTHS}. What is not named stays. While they stand, the provider's prices do not move them`,
	clear_strengths: "returns to the strengths that have followed the provider's prices meanwhile",
	set_following:
		"`inPlayPpm` (0 to 1000000, or null for the provider's own): share of the way that each statement of the provider's prices moves strengths in play; before the match they are followed fully",
	set_price:
		"`marketId`, `outcomeId`, `oddsMilli`: the price of the standard view before its ladder; other views keep their margin's distance, outcomes that are not named share the rest. The market stands still until it is cleared, withdrawn, or play begins; at most one logit from the model",
	clear_prices: "`marketId` (all, where absent): prices follow the model again",
	set_lines:
		"`marketIds`, lines of one family that are on offer now (`ou:2.5`, `ou:2.75`): only these are offered, while any of them is",
	clear_lines: "`marketId`, any line of the family (all families, where absent)",
	void_market: "`marketId`, `reason`",
	rollback_result:
		"`marketId`, `reason`: back to the feed; a trader's result goes, and one of the feed's own is undecided until its facts change or the match ends",
	settle_market:
		"`marketId`, and `winners` (outcome ids) or `outcomes` (by outcome id: win, lose, void, half_win, half_lose, or dead_heat with places and tied)",
	resolve: "`take`: `feed` or `ours`, ends the hold over a statement that contradicts what we know",
	approve: "`proposalId`: a second person's word on what waits for one",
	dismiss: "`proposalId`: it does not happen",
};
const actionSchema = z
	.object({ action: z.string().openapi({ enum: Object.keys(ACTIONS) }) })
	.loose()
	.openapi({
		description: Object.entries(ACTIONS)
			.map(([action, takes]) => `\`${action}\`: ${takes}.`)
			.join("\n"),
	});

const anything = (name: string) => z.object({}).loose().openapi(name);
const operatorRoute = <P extends string>(path: P, summary: string, name: string) =>
	createRoute({
		method: "get",
		path,
		tags: ["Operators"],
		summary,
		security: operatorSecurity,
		responses: {
			200: { description: summary, content: { "application/json": { schema: anything(name) } } },
			...problemAnswers("unauthorized", "not_found", "too_many_requests", "unavailable"),
		},
	});

const matches = operatorRoute("/v1/ops/matches", "Every match with its feed, holds and outboxes", "OpsMatches");
const summary = operatorRoute(
	"/v1/ops/reports/summary",
	"Turnover and gross gaming revenue out of Postgres",
	"ReportsSummary",
);
const reconciliation = operatorRoute(
	"/v1/ops/reconciliation",
	"Postgres against the ledgers, every difference named",
	"Reconciliation",
);
const wallets = operatorRoute("/v1/ops/wallets", "Every wallet's sums, asked one by one", "OpsWallets");
const lanes = operatorRoute(
	"/v1/ops/lanes",
	"Every lane with its matches, what waits for them, and what is parked with its reason",
	"OpsLanes",
);
const exposure = createRoute({
	method: "get",
	path: "/v1/ops/matches/{matchId}/exposure",
	tags: ["Operators"],
	summary: "A match's exposure by outcome, and profit by score",
	security: operatorSecurity,
	request: { params: z.object({ matchId: matchIdParam }) },
	responses: {
		200: { description: "Exposure", content: { "application/json": { schema: anything("Exposure") } } },
		...problemAnswers("unauthorized", "not_found", "too_many_requests"),
	},
});
const command = createRoute({
	method: "post",
	path: "/v1/ops/matches/{matchId}/commands",
	tags: ["Operators"],
	summary: "A trader's command, through the match's own lane; answered when the match has acted on it",
	security: operatorSecurity,
	request: {
		params: z.object({ matchId: matchIdParam }),
		body: {
			required: true,
			content: {
				"application/json": {
					schema: z
						.strictObject({
							id: z.string().min(1).max(CONTRACT.idChars).refine(isPlainText, "half or control characters in it"),
							trader: z.string().min(1).max(CONTRACT.idChars).refine(isPlainText, "half or control characters in it"),
							command: actionSchema,
						})
						.openapi("TraderCommand", { example: { id: "c-1", trader: "ada", command: { action: "suspend" } } }),
				},
			},
		},
	},
	responses: {
		200: { description: "What became of it", content: { "application/json": { schema: anything("CommandAnswer") } } },
		...problemAnswers("invalid_request", "unauthorized", "not_found", "too_many_requests"),
	},
});

/** Wallets by name: every region's every shard, whether it has players or not. */
export function walletNames(shards: number): readonly string[] {
	return REGIONS.flatMap((region) => Array.from({ length: shards }, (_, shard) => `wallet:${region}:${shard}`));
}

type Plain = Record<string, string | number | boolean | null>;
/** Answers of our own objects as they are: their contracts are their schema. */
const plain = (answer: object): Plain => answer as Plain;

async function fromReporting(c: EdgeContext, path: string): Promise<Plain> {
	const answer = await c.env.REPORTING.fetch(`https://reporting${path}`);
	if (!answer.ok) throw new ProblemError("unavailable", "Postgres cannot be asked now; reports wait and catch up");
	return (await answer.json()) as Plain;
}

export function registerOps(app: EdgeApp): void {
	app.use("/v1/ops/*", async (c, next) => {
		await requireOperator(c);
		await next();
	});
	app.openapi(matches, async (c) => c.json(plain({ matches: await matchOps(c) }), 200));
	app.openapi(lanes, async (c) => {
		const names = PROVIDER_GROUPS.flatMap((group) => laneNamesOf(group, c.var.config.lanesPerGroup));
		const asked = await Promise.all(
			names.map((name) =>
				lane(c.env, name)
					.ops({ v: 1, lane: name })
					.catch(() => ({ lane: name, matches: null })),
			),
		);
		return c.json(plain({ lanes: asked.filter(({ matches }) => matches === null || matches.length > 0) }), 200);
	});
	app.openapi(exposure, async (c) => {
		const { matchId } = c.req.valid("param");
		await requireMatch(c, matchId);
		const answer = await match(c.env, matchId).exposure({ v: 1, matchId });
		if (answer === null) throw new ProblemError("not_found", `There is no match ${matchId}`);
		return c.json(plain(answer), 200);
	});
	app.openapi(command, async (c) => {
		const { matchId } = c.req.valid("param");
		const { id, trader, command: asked } = c.req.valid("json");
		const decoded = decode(traderActionSchema, asked);
		if (!decoded.ok)
			throw new ProblemError(
				"invalid_request",
				"The command does not fit",
				decoded.errors.map(({ path, message }) => ({ path: `command.${path}`, message })),
			);
		await requireMatch(c, matchId);
		const ops = await match(c.env, matchId).ops({ v: 1, matchId });
		if (ops?.lane === null || ops === null) throw new ProblemError("not_found", `There is no match ${matchId}`);
		const answer = await lane(c.env, ops.lane).command({
			v: 1,
			lane: ops.lane,
			matchId,
			id,
			trader,
			command: decoded.value,
		});
		return c.json(plain(answer), 200);
	});
	app.openapi(summary, async (c) => c.json(await fromReporting(c, "/summary"), 200));
	app.openapi(reconciliation, async (c) => c.json(await fromReporting(c, "/reconciliation"), 200));
	app.openapi(wallets, async (c) => {
		const names = walletNames(c.var.config.walletShards);
		const answers = await Promise.all(names.map((name) => wallet(c.env, name).conservation({ v: 1, wallet: name })));
		return c.json(plain({ wallets: answers.filter((answer) => answer.lastSeq > 0) }), 200);
	});
}
