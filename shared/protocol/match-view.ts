/** A match's frames in readable form: the body of `GET /v1/matches/{matchId}`, and what pages and the client work with. */
import * as v from "valibot";
import type { MarketStatus } from "../contracts/match.ts";
import { finite, sequence } from "../contracts/primitives.ts";
import { SOCKET } from "../limits.ts";
import {
	type MatchDeltaBody,
	type MatchImageBody,
	type MatchSchemaBody,
	STATUS_CODES,
	type WireMarket,
} from "./match-frames.ts";
import type { Fold } from "./topic-reader.ts";

export type OutcomeView = {
	readonly outcomeId: string;
	readonly name: string;
	readonly oddsMilli: number | null;
	readonly result: string | null;
};
export type MarketView = {
	readonly marketId: string;
	readonly name: string;
	readonly group: string;
	readonly status: MarketStatus;
	readonly version: number;
	readonly outcomes: readonly OutcomeView[];
};
export type MatchView = {
	readonly sport: string;
	readonly competition: string;
	readonly home: { readonly name: string; readonly short: string };
	readonly away: { readonly name: string; readonly short: string };
	readonly scheduledAtMs: number;
	readonly tick: number;
	readonly seq: number;
	readonly stale: boolean;
	readonly state: {
		readonly phase: string;
		readonly score: { readonly home: number; readonly away: number };
		readonly reds: { readonly home: number; readonly away: number };
		readonly lines: readonly (readonly [string, string, string])[];
		readonly incidents: readonly {
			readonly incidentId: string;
			readonly type: string;
			readonly side: "home" | "away" | null;
			readonly minuteText: string;
			readonly text: string;
			readonly cancelled: boolean;
			readonly invented: boolean;
		}[];
	};
	readonly clock: {
		readonly text: string;
		readonly elapsedSec: number;
		readonly running: boolean;
		readonly rate: number;
		readonly addedMin: number | null;
		readonly atMs: number;
	};
	readonly markets: readonly MarketView[];
};

/** What a reader keeps: the schema, and the image brought up to date by deltas. */
export type MatchBook = {
	readonly schemaNo: number;
	readonly schema: MatchSchemaBody;
	readonly image: MatchImageBody | null;
};

const CLOSED = STATUS_CODES.indexOf("closed");
const SETTLED = STATUS_CODES.indexOf("settled");

const num = finite;
const bit = v.picklist([0, 1]);
const odds = v.array(sequence);
/** The longer form first: a tuple takes what it needs and would drop the result. */
const wireMarket = v.union([v.tuple([sequence, sequence, odds, v.string()]), v.tuple([sequence, sequence, odds])]);
const wireClock = v.tuple([v.string(), v.string(), num, bit, num, v.nullable(num), num]);
const wireScore = v.tuple([num, num, num, num, v.array(v.tuple([v.string(), v.string(), v.string()]))]);
const wireIncident = v.tuple([
	v.string(),
	v.string(),
	v.nullable(v.picklist(["home", "away"])),
	v.string(),
	v.string(),
	bit,
	bit,
]);
const named = v.tuple([v.string(), v.string()]);
const schemaBody = v.object({
	sport: v.string(),
	competition: v.string(),
	home: named,
	away: named,
	scheduledAtMs: num,
	markets: v.array(v.tuple([v.string(), v.string(), v.string(), v.array(named)])),
});
const imageBody = v.object({
	n: num,
	t: num,
	q: num,
	st: bit,
	c: wireClock,
	s: wireScore,
	i: v.array(wireIncident),
	m: v.array(wireMarket),
	z: v.optional(v.string()),
});
const deltaBody = v.object({
	t: num,
	q: v.optional(num),
	e: v.optional(num),
	st: v.optional(bit),
	c: v.optional(wireClock),
	s: v.optional(wireScore),
	i: v.optional(v.array(wireIncident)),
	m: v.optional(
		v.array(
			v.union([
				v.tuple([sequence, sequence, sequence, odds, v.string()]),
				v.tuple([sequence, sequence, sequence, odds]),
			]),
		),
	),
});

/** What every reader keeps is whole: the text of what is done becomes markets again. */
function unpacked({ z, ...image }: MatchImageBody): MatchImageBody {
	if (z === undefined) return image;
	const done = z.split(" ").map((text): WireMarket => {
		const [, version, result = ""] = /^(\d{1,9})([a-z]*)$/.exec(text) ?? [];
		if (version === undefined) throw new Error("an image with a market that cannot be read");
		return result === "" ? [CLOSED, Number(version), []] : [SETTLED, Number(version), [], result];
	});
	return { ...image, m: [...image.m, ...done] };
}

/** The image as it is sent: everything after the last market that lives is one text. */
export function packed(image: MatchImageBody): MatchImageBody {
	const isDone = ([status]: WireMarket): boolean => status === CLOSED || status === SETTLED;
	const living = image.m.findLastIndex((market) => !isDone(market)) + 1;
	if (living === image.m.length) return image;
	const done = image.m.slice(living).map(([, version, , result = ""]) => `${version}${result}`);
	return { ...image, m: image.m.slice(0, living), z: done.join(" ") };
}

export function applyMatchDelta(image: MatchImageBody, delta: MatchDeltaBody): MatchImageBody {
	const markets = image.m.slice();
	for (const [index, status, version, odds, result] of delta.m ?? []) {
		markets[index] = result === undefined ? [status, version, odds] : [status, version, odds, result];
	}
	const incidents = image.i.slice();
	for (const incident of delta.i ?? []) {
		const at = incidents.findIndex((known) => known[0] === incident[0]);
		if (at >= 0) incidents[at] = incident;
		else incidents.push(incident);
	}
	return {
		n: image.n,
		t: delta.t,
		q: delta.q ?? image.q,
		st: delta.st ?? image.st,
		c: delta.c ?? image.c,
		s: delta.s ?? image.s,
		i: incidents.slice(-SOCKET.imageIncidents),
		m: markets,
	};
}

/** Event → screen: the provider's time of the input that caused a delta, or null. */
export function causeAtMs(body: unknown): number | null {
	const parsed = v.safeParse(v.object({ e: num }), body);
	return parsed.success ? parsed.output.e : null;
}

/** A market that the schema does not name, or with more prices than it has outcomes, is keyed by another schema than ours. */
function judgeMarket({ markets }: MatchSchemaBody, index: number, prices: readonly number[]): void {
	const outcomes = markets[index]?.[3];
	if (outcomes === undefined || prices.length > outcomes.length)
		throw new Error(`market ${index} is not of this schema`);
}

export const matchFold: Fold<MatchBook> = {
	schema: (_state, body, schemaNo) => ({ schemaNo, schema: v.parse(schemaBody, body), image: null }),
	image: (state, body) => {
		const image = unpacked(v.parse(imageBody, body));
		if (state === null || state.schemaNo !== image.n) throw new Error(`no schema ${image.n} for this image`);
		for (const [index, market] of image.m.entries()) judgeMarket(state.schema, index, market[2]);
		return { ...state, image };
	},
	delta: (state, body) => {
		if (state.image === null) throw new Error("a delta before the image");
		const delta = v.parse(deltaBody, body);
		for (const [index, , , prices] of delta.m ?? []) judgeMarket(state.schema, index, prices);
		return { ...state, image: applyMatchDelta(state.image, delta) };
	},
};

const RESULTS: Readonly<Record<string, string>> = {
	w: "win",
	l: "lose",
	v: "void",
	h: "half_win",
	k: "half_lose",
	d: "dead_heat",
};

function marketView(
	[marketId, name, group, outcomes]: MatchSchemaBody["markets"][number],
	wire: WireMarket | undefined,
): MarketView {
	const [status = 3, version = 0, odds = [], result = ""] = wire ?? [];
	return {
		marketId,
		name,
		group,
		status: STATUS_CODES[status] ?? "closed",
		version,
		outcomes: outcomes.map(([outcomeId, label], index) => ({
			outcomeId,
			name: label,
			oddsMilli: odds[index] === undefined || odds[index] === 0 ? null : odds[index],
			result: RESULTS[result[index] ?? ""] ?? null,
		})),
	};
}

/** Null before the first image. */
export function matchView({ schema, image }: MatchBook): MatchView | null {
	if (image === null) return null;
	const [phase, text, elapsedSec, running, rate, addedMin, atMs] = image.c;
	const [home, away, redsHome, redsAway, lines] = image.s;
	return {
		sport: schema.sport,
		competition: schema.competition,
		home: { name: schema.home[0], short: schema.home[1] },
		away: { name: schema.away[0], short: schema.away[1] },
		scheduledAtMs: schema.scheduledAtMs,
		tick: image.t,
		seq: image.q,
		stale: image.st === 1,
		state: {
			phase,
			score: { home, away },
			reds: { home: redsHome, away: redsAway },
			lines,
			incidents: image.i.map(([incidentId, type, side, minuteText, words, cancelled, invented]) => ({
				incidentId,
				type,
				side,
				minuteText,
				text: words,
				cancelled: cancelled === 1,
				invented: invented === 1,
			})),
		},
		clock: { text, elapsedSec, running: running === 1, rate, addedMin, atMs },
		markets: schema.markets.map((market, index) => marketView(market, image.m[index])),
	};
}
