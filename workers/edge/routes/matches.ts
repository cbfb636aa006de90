/** GET /v1/matches and /v1/matches/{matchId}: the list and one match's image, cached for a second, with ETags. */
import { createRoute, z } from "@hono/zod-openapi";
import { DEFAULT_VIEW } from "../../../shared/contracts/ids.ts";
import { addressOf, requireRate } from "../address-limits.ts";
import { board, type EdgeApp, type EdgeContext, match, ProblemError, repeatedOnReset } from "../context.ts";
import { requireMatch } from "../known-matches.ts";
import { matchIdParam, problemAnswers } from "../schemas.ts";
import { cachedForASecond } from "../second-cache.ts";

const EXAMPLE_CLOCK = { phase: "second_half", text: "79'", elapsedSec: 4_710, running: true, rate: 1 };
const EXAMPLE_MARKET = {
	marketId: "1x2",
	status: "open",
	version: 7,
	outcomes: [
		{ outcomeId: "home", name: "Argentina", oddsMilli: 1_080 },
		{ outcomeId: "draw", name: "Draw", oddsMilli: 9_500 },
		{ outcomeId: "away", name: "France", oddsMilli: 41_000 },
	],
};
const status = z.enum(["open", "danger", "suspended", "closed", "settled"]);
const HeadlineSchema = z
	.object({
		marketId: z.string(),
		status,
		version: z.number().int(),
		outcomes: z.array(z.object({ outcomeId: z.string(), name: z.string(), oddsMilli: z.number().int().nullable() })),
	})
	.nullable();
const SummarySchema = z
	.object({
		matchId: z.string(),
		sport: z.string(),
		competition: z.string(),
		home: z.object({ name: z.string(), short: z.string() }),
		away: z.object({ name: z.string(), short: z.string() }),
		scheduledAtMs: z.number().int(),
		status: z.enum(["scheduled", "live", "ended"]),
		stale: z.boolean(),
		clock: z.object({
			phase: z.string(),
			text: z.string(),
			elapsedSec: z
				.number()
				.openapi({ description: "When something else of the match was last told; `text` is of now" }),
			running: z.boolean(),
			rate: z.number(),
		}),
		score: z.object({ home: z.number().int(), away: z.number().int() }),
		headline: HeadlineSchema,
		openMarkets: z.number().int(),
	})
	.openapi("MatchSummary", {
		example: {
			matchId: "wc2022-final-m1",
			sport: "football",
			competition: "World Cup 2022, final",
			home: { name: "Argentina", short: "ARG" },
			away: { name: "France", short: "FRA" },
			scheduledAtMs: 1_800_000_000_000,
			status: "live",
			stale: false,
			clock: EXAMPLE_CLOCK,
			score: { home: 2, away: 0 },
			headline: EXAMPLE_MARKET,
			openMarkets: 12,
		},
	});

const ImageSchema = z
	.object({
		matchId: z.string(),
		epoch: z.string().openapi({ description: "With offset: the position from which a socket resumes" }),
		offset: z.number().int(),
		stale: z.boolean(),
		state: z.object({ phase: z.string(), score: z.object({ home: z.number().int(), away: z.number().int() }) }).loose(),
		clock: z.object({ text: z.string(), elapsedSec: z.number(), running: z.boolean(), rate: z.number() }).loose(),
		markets: z.array(
			z
				.object({
					marketId: z.string(),
					name: z.string(),
					status,
					version: z.number().int(),
					outcomes: z.array(
						z.object({ outcomeId: z.string(), name: z.string(), oddsMilli: z.number().int().nullable() }).loose(),
					),
				})
				.loose(),
		),
	})
	.loose()
	.openapi("MatchImage", {
		example: {
			matchId: "wc2022-final-m1",
			epoch: "e1",
			offset: 128,
			stale: false,
			state: { phase: "second_half", score: { home: 2, away: 0 } },
			clock: EXAMPLE_CLOCK,
			markets: [{ name: "Match result", ...EXAMPLE_MARKET }],
		},
	});

const list = createRoute({
	method: "get",
	path: "/v1/matches",
	tags: ["Matches"],
	summary: "All matches with headline odds",
	responses: {
		200: {
			description: "The matches",
			content: { "application/json": { schema: z.object({ matches: z.array(SummarySchema) }) } },
		},
		304: { description: "Not changed" },
	},
});
const image = createRoute({
	method: "get",
	path: "/v1/matches/{matchId}",
	tags: ["Matches"],
	summary: "A match's image",
	request: { params: z.object({ matchId: matchIdParam }) },
	responses: {
		200: { description: "The image", content: { "application/json": { schema: ImageSchema } } },
		304: { description: "Not changed" },
		...problemAnswers("invalid_request", "not_found", "too_many_requests"),
	},
});

/** The body's digest is its tag: the same bytes need not be sent again. */
function tagged(c: EdgeContext, { body, etag }: { readonly body: string; readonly etag: string }): Response {
	const headers = {
		etag,
		"cache-control": "public, max-age=1",
		"content-type": "application/json",
		// Public, for the pages of partners too.
		"access-control-allow-origin": "*",
		"cross-origin-resource-policy": "cross-origin",
	};
	const known = (c.req.header("if-none-match") ?? "").split(",").map((tag) => tag.trim());
	return known.includes(etag) ? new Response(null, { status: 304, headers }) : new Response(body, { headers });
}

export function registerMatches(app: EdgeApp): void {
	app.openapi(list, async (c) => {
		const cached = await cachedForASecond("matches", null, async () =>
			JSON.stringify({ matches: await repeatedOnReset(() => board(c.env).list({ v: 1 })) }),
		);
		if (cached === null) throw new ProblemError("unavailable", "The board does not answer");
		return tagged(c, cached) as never;
	});

	app.openapi(image, async (c) => {
		const { matchId } = c.req.valid("param");
		const cached = await cachedForASecond(`match:${matchId}:${DEFAULT_VIEW}`, addressOf(c), async () => {
			await requireRate(c, "RATE_READS");
			await requireMatch(c, matchId);
			return repeatedOnReset(() => match(c.env, matchId).image({ v: 1, matchId, view: DEFAULT_VIEW }));
		});
		if (cached === null) throw new ProblemError("not_found", `There is no match ${matchId}`);
		return tagged(c, cached) as never;
	});
}
