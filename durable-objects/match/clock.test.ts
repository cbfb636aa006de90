import { describe, expect, test } from "vitest";
import { sportModule } from "../../pricing/registry.ts";
import type { Platform } from "../../simulation/world/platform.ts";
import { AT, fixture, phase } from "../../testing/football-inputs.ts";
import { journalOf, kindsOf, MATCH, playing, quick, quoted, scheduled, twice } from "../../testing/match.ts";

/** How far the clock is followed, in seconds; at a hundred times the pace of life that is most of a half. */
const FOLLOWED_SEC = 25;
/** A market that closes must have been open at a look before. */
const BETTABLE_SEC = 3;

type Change = { readonly marketId: string; readonly atSec: number };

/** The first market that the clock alone takes off the book, and the first that it brings; null where it does not. */
function clockChanges(): { readonly closed: Change | null; readonly opened: Change | null } {
	const sport = sportModule("football");
	if (sport === null) throw new Error("no football");
	const params = sport.params(fixture());
	const started = sport.reduce(sport.initial(fixture()), quick("first_half", 0), AT);
	if (!params.ok || !started.ok) throw new Error("no match");
	const offered = (sec: number): Set<string> =>
		new Set(sport.book(started.state, params.params, AT + sec * 1_000).map(({ spec }) => spec.marketId));
	const first = offered(0);
	const ever = offered(0);
	let closed: Change | null = null;
	let opened: Change | null = null;
	for (let sec = 1; sec <= FOLLOWED_SEC; sec++) {
		const now = offered(sec);
		const gone = [...first].filter((marketId) => !now.has(marketId));
		const come = [...now].find((marketId) => !ever.has(marketId));
		for (const marketId of gone) first.delete(marketId);
		if (closed === null && gone[0] !== undefined && sec >= BETTABLE_SEC) closed = { marketId: gone[0], atSec: sec };
		if (opened === null && come !== undefined) opened = { marketId: come, atSec: sec };
	}
	return { closed, opened };
}

/** Nobody listens, and no lane calls: only whoever asks the match makes it look at its clock. */
async function alone(): Promise<Platform> {
	const platform = await scheduled();
	await platform.feed(quick("first_half", 0));
	platform.sockets = { ...platform.sockets, count: () => 0 };
	platform.gate = ({ method }) => {
		if (method === "apply") throw new Error("cut off");
	};
	return platform;
}

const confirmed = (platform: Platform, market: string, version: number, n: number): string | undefined => {
	const asks = [{ market, version, outcomes: [], view: "standard" }];
	const answer = platform.match(MATCH).confirm({ v: 1, matchId: MATCH, region: "weur", inc: 1, n, asks, totals: [] });
	return answer.kind === "answer" ? answer.markets[0]?.code : "stale";
};

const { closed, opened } = clockChanges();

describe("[MAT-3] what the clock changes", () => {
	test.skipIf(closed === null)(
		`is closed before a confirmation is answered, though nothing ticked (needs a market that the clock closes: ${closed?.marketId ?? "football has none"})`,
		async () => {
			const { marketId, atSec } = closed ?? { marketId: "", atSec: 0 };
			const platform = await alone();
			const { version, status } = quoted(platform, marketId);
			expect(status).toBe("open");
			await platform.world.advance(1_000);
			expect(confirmed(platform, marketId, version, 1)).toBe("ok");
			await platform.world.advance((atSec - 1) * 1_000);
			expect(confirmed(platform, marketId, version, 2)).toBe("closed");
			expect(quoted(platform, marketId)).toMatchObject({ status: "closed", version: version + 1 });
			expect(kindsOf(platform)).toContain("clock");
			const { stored, replayed } = twice(platform);
			expect(replayed).toBe(stored);
		},
	);

	test.skipIf(opened === null)(
		`is listed once its time has come (needs a market that the clock opens: ${opened?.marketId ?? "football has none"})`,
		async () => {
			const { marketId, atSec } = opened ?? { marketId: "", atSec: 0 };
			const platform = await alone();
			expect(quoted(platform, marketId).status).toBe("unknown");
			await platform.world.advance(atSec * 1_000);
			expect(quoted(platform, marketId)).toMatchObject({ status: "open", version: 1 });
			expect(journalOf(platform).filter(({ kind }) => kind === "clock").length).toBeGreaterThan(0);
			const { stored, replayed } = twice(platform);
			expect(replayed).toBe(stored);
		},
	);

	test("nothing is entered while it changes nothing", async () => {
		const platform = await playing();
		const before = journalOf(platform).length;
		for (let look = 0; look < 5; look++) {
			await platform.world.advance(100);
			quoted(platform, "1x2");
		}
		expect(journalOf(platform).length).toBe(before);
	});

	test("[MAT-6] the kick-off is noticed within its very second", async () => {
		const platform = await scheduled({ scheduledAtMs: AT + 10_400 });
		await platform.world.advance(10_100);
		platform.world.onAlarm(`match:${MATCH}`, () => {});
		expect(quoted(platform, "1x2").status).toBe("open");
		await platform.world.advance(350);
		expect(quoted(platform, "1x2").status).toBe("suspended");
		await platform.feed(phase("first_half", 0));
		expect(quoted(platform, "1x2").status).toBe("open");
		expect(twice(platform).replayed).toBe(twice(platform).stored);
	});
});
