/** Suite `frames`: what a relay does with each delta of a match, against parsing the whole of it. */

import { readDeltaHead } from "../shared/protocol/frame-head.ts";
import type { MatchBodies, WireMarket } from "../shared/protocol/match-frames.ts";
import { Publication } from "../shared/protocol/publication.ts";
import { decodeServerFrame } from "../shared/protocol/server-frame.ts";
import { type Effort, measure } from "./measure.ts";
import type { Row, Suite } from "./suite.ts";

const AT = 1_781_136_000_000;
/** Markets whose prices move at a tick, and when a goal suspends a football match's whole book. */
const TICK_MARKETS = 12;
const GOAL_MARKETS = 90;
const FRAMES = 64;

export const frames: Suite = {
	name: "frames",
	run: (effort) => [...read("a tick", TICK_MARKETS, effort), ...read("a goal", GOAL_MARKETS, effort)],
};

function deltas(markets: number): readonly string[] {
	const image = (): never => {
		throw new Error("nobody reads this match");
	};
	const publication = new Publication<MatchBodies>({ topic: "match:final", epoch: "7.0a1b2c3d", image });
	return Array.from({ length: FRAMES }, (_, second) => {
		const wire = (index: number): WireMarket => [
			0,
			second,
			[1_000 + ((second * 37 + index * 101) % 9_000), 1_900, 3_400],
		];
		const m = Array.from({ length: markets }, (_none, index) => [index, ...wire(index)] as const);
		return publication.delta({ t: AT + second * 1_000, m }, AT + second * 1_000);
	});
}

function read(what: string, markets: number, effort: Effort): readonly Row[] {
	const texts = deltas(markets);
	const [first = ""] = texts;
	const headTo = (text: string): number => readDeltaHead(text)?.[4] ?? 0;
	const wholeTo = (text: string): number => {
		const frame = decodeServerFrame(text);
		return frame?.[0] === "delta" ? frame[4] : 0;
	};
	for (const text of texts)
		if (headTo(text) === 0 || headTo(text) !== wholeTo(text)) throw new Error(`disagree: ${text}`);
	const of = `${markets} markets, ${first.length} characters`;
	const row = (name: string, to: (text: string) => number, against: string | null): Row => {
		return { name, of, timing: measure((call) => to(texts[call % FRAMES] ?? first), effort), against };
	};
	const head = `head of a delta, ${what}`;
	return [row(head, headTo, null), row(`whole delta, ${what}`, wholeTo, head)];
}
