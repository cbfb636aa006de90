/**
 * A moment of a match as `npm run price` is told it, played as real inputs through the sport's own module: the command
 * knows nothing of a model, and cannot price what a match could not be.
 */
import * as v from "valibot";
import type { AnySportModule, FairMarket } from "../../pricing/sport.ts";
import { SPORT_IDS } from "../../shared/catalogue/sports.ts";
import {
	type FixtureInput,
	fixtureInputSchema,
	type Input,
	inputSchema,
	type SportId,
} from "../../shared/feeds/canonical.ts";
import { BadInput, type Options } from "./options.ts";

/** What an input says beyond the envelope that all share. */
export type Told = Input extends infer One
	? One extends Input
		? Omit<One, "v" | "id" | "matchId" | "sentAtMs">
		: never
	: never;

export type Scene = {
	readonly format: FixtureInput["format"];
	/** Pre-match prices the module infers strengths from; or the strengths themselves, where the options state them. */
	readonly strengths: { readonly prices: FixtureInput["prices"] } | { readonly params: unknown };
	readonly inputs: readonly Told[];
	/** What was taken for granted because no option says it. */
	readonly assumed: readonly string[];
};
export type SportAdapter = {
	/** Options beside the common ones. */
	readonly options: readonly string[];
	readonly flags: readonly string[];
	readonly usage: string;
	readonly sceneOf: (options: Options) => Scene;
};

/** The moment itself; only differences count. */
const AT_MS = 1_800_000_000_000;
const MATCH_ID = "price";

export type Priced = { readonly book: readonly FairMarket[]; readonly inPlay: boolean };

export function bookOf(module: AnySportModule, { format, strengths, inputs }: Scene): Priced {
	const fixture = checked(fixtureInputSchema, {
		...envelope(0),
		kind: "fixture",
		sport: module.sport,
		competition: "price",
		home: { name: "Home", short: "HOME" },
		away: { name: "Away", short: "AWAY" },
		scheduledAtMs: AT_MS,
		format,
		prices: "prices" in strengths ? strengths.prices : {},
	});
	const params = paramsOf(module, fixture, strengths);
	let state = module.initial(fixture);
	for (const [index, told] of inputs.entries()) {
		const input = checked(inputSchema, { ...envelope(index + 1), ...told });
		const reduced = module.reduce(state, input, AT_MS);
		if (!reduced.ok) throw new BadInput(reduced.message);
		state = reduced.state;
	}
	if (module.ended(state)) throw new BadInput("the match is over: nothing is left to price");
	return { book: module.book(state, params, AT_MS), inPlay: module.inPlay(state) };
}

const envelope = (number: number): { v: 1; id: string; matchId: string; sentAtMs: number } => ({
	v: 1,
	id: `i${number}`,
	matchId: MATCH_ID,
	sentAtMs: AT_MS,
});

function paramsOf(module: AnySportModule, fixture: FixtureInput, strengths: Scene["strengths"]): unknown {
	const solved = module.params(fixture);
	if ("params" in strengths) {
		// Without prices there is nothing to solve; but the format must be one that the sport knows.
		if (!solved.ok && solved.code === "bad_fixture") throw new BadInput(solved.message);
		return strengths.params;
	}
	if (!solved.ok) throw new BadInput(solved.message);
	return solved.params;
}

/** Options cannot say what a feed could not. */
function checked<T extends typeof inputSchema | typeof fixtureInputSchema>(
	schema: T,
	value: unknown,
): v.InferOutput<T> {
	const parsed = v.safeParse(schema, value);
	if (!parsed.success) {
		const [issue] = parsed.issues;
		throw new BadInput(`${v.getDotPath(issue) ?? "input"}: ${issue.message}`);
	}
	return parsed.output;
}

export const isSport = (text: string): text is SportId => SPORT_IDS.some((sport) => sport === text);
