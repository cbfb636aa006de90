/** What a match does about a feed that contradicts itself, forgets, repeats and corrects. */
import { describe, expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import { Platform } from "../../simulation/world/platform.ts";
import { betStart, betStop, cancellation, confirmation, incident, phase } from "../../testing/football-inputs.ts";
import { kindsOf, MATCH, oddsOf, playing, quoted, storedState, twice } from "../../testing/match.ts";
import { tennisFixture } from "../../testing/tennis.ts";

let ids = 0;
const own = (input: Input): Input => ({ ...input, id: `own-${++ids}` }) as Input;
async function push(platform: Platform, ...inputs: readonly Input[]): Promise<void> {
	await platform.push(MATCH, inputs.map(own));
	await platform.world.settle();
}
const scored = (name: string, sec: number, home: number, away: number): Input =>
	({ ...phase(name, sec), score: { home, away } }) as Input;
const ops = (platform: Platform) => {
	const answer = platform.match(MATCH).ops();
	if (answer === null) throw new Error("no match");
	return answer;
};
const kinds = (platform: Platform): readonly string[] => ops(platform).attention.map(({ kind }) => kind);
const status = (platform: Platform, marketId = "1x2"): string => quoted(platform, marketId).status;
function isReplayable(platform: Platform): void {
	const { stored, replayed } = twice(platform);
	expect(replayed).toBe(stored);
}

describe("[MAT-7] a score that nobody told goals of", () => {
	test("suspends in the same turn, and comes back at its price once it has stood", async () => {
		const platform = await playing();
		await push(platform, scored("first_half", 1_800, 1, 0));
		expect(status(platform)).toBe("suspended");
		expect(kinds(platform)).toEqual(["inferred"]);
		await platform.live(MATCH, 6_000);
		expect(status(platform)).toBe("open");
		expect(kindsOf(platform)).toContain("inferred_stands");
		const book = quoted(platform, "1x2");
		expect(oddsOf(book, "home")).toBeLessThan(1_800);
		expect(oddsOf(book, "away")).toBeGreaterThan(4_500);
		isReplayable(platform);
	});

	test("while the feed was lost: the recovery reopens at the score, never at the one before", async () => {
		const platform = await playing();
		await platform.world.advance(10_000);
		await platform.push(MATCH, [own(scored("first_half", 1_800, 1, 0))]);
		await platform.push(MATCH, [
			own({ v: 1, kind: "recovery_complete", id: "r", matchId: MATCH, sentAtMs: platform.world.now() }),
		]);
		await platform.world.settle();
		expect(status(platform)).toBe("suspended");
		await platform.live(MATCH, 8_000);
		expect(status(platform)).toBe("open");
		expect(oddsOf(quoted(platform, "1x2"), "home")).toBeLessThan(1_800);
	});
});

describe("[MAT-8] a statement that does not fit", () => {
	async function contradicted(): Promise<Platform> {
		const platform = await playing();
		await push(platform, incident("goal", "home", "g1", "10"), betStart());
		expect(status(platform)).toBe("open");
		await push(platform, scored("first_half", 700, 0, 1));
		return platform;
	}

	test("holds everything in the same turn, says why, and no recovery or all-clear reopens over it", async () => {
		const platform = await contradicted();
		expect(status(platform)).toBe("suspended");
		expect(ops(platform).attention).toMatchObject([{ kind: "contradiction", message: expect.stringContaining("0-1") }]);
		const { matchId, sentAtMs } = betStart() as { matchId: string; sentAtMs: number };
		await push(platform, betStart(), { v: 1, kind: "recovery_complete", id: "r", matchId, sentAtMs });
		// A statement without a score shows nothing of it.
		await push(platform, phase("first_half", 720));
		await platform.live(MATCH, 10_000);
		expect(status(platform)).toBe("suspended");
		isReplayable(platform);
	});

	test("ends with a statement that fits, and with the word that was missing", async () => {
		const fits = await contradicted();
		await push(fits, scored("first_half", 730, 1, 0));
		expect(status(fits)).toBe("open");
		const late = await contradicted();
		await push(late, cancellation("g1"));
		expect(status(late)).toBe("suspended");
		await push(late, incident("goal", "away", "g2", "11"), betStart());
		expect(kinds(late)).toEqual([]);
		expect(status(late)).toBe("open");
		isReplayable(late);
	});

	test("is resolved by a trader: ours stands against the very same claim, the feed's is taken over", async () => {
		const ours = await contradicted();
		expect(await ours.tell(MATCH, { action: "resolve", take: "ours" })).toMatchObject({ kind: "applied" });
		expect(status(ours)).toBe("open");
		await push(ours, scored("first_half", 760, 0, 1));
		expect(status(ours)).toBe("open");
		await push(ours, scored("first_half", 770, 0, 2));
		expect(status(ours)).toBe("suspended");
		isReplayable(ours);
		const feeds = await contradicted();
		expect(await feeds.tell(MATCH, { action: "resolve", take: "feed" })).toMatchObject({ kind: "applied" });
		expect(ops(feeds).score).toBe("0-1");
		await feeds.live(MATCH, 6_000);
		expect(status(feeds)).toBe("open");
		isReplayable(feeds);
		expect(await feeds.tell(MATCH, { action: "resolve", take: "feed" })).toMatchObject({ code: "nothing_to_resolve" });
	});

	test("a goal that is confirmed and was never told holds everything, until a score says what happened", async () => {
		const platform = await playing();
		await push(platform, confirmation("nobody-told-it"));
		expect(status(platform)).toBe("suspended");
		await push(platform, scored("first_half", 60, 0, 0));
		expect(status(platform)).toBe("open");
	});

	test("a goal confirmed before it was told: its telling ends the hold, and nothing else waits for a word that was said", async () => {
		const platform = await playing();
		await push(platform, confirmation("g1"));
		expect(status(platform)).toBe("suspended");
		await push(platform, incident("goal", "home", "g1", "1"));
		expect(storedState(platform).holds).toEqual([]);
		expect(status(platform)).toBe("open");
		const both = await contradicted();
		await push(both, confirmation("g2"), incident("goal", "home", "g2", "12"), betStart());
		expect(status(both)).toBe("suspended");
		isReplayable(both);
	});

	test("what a trader overruled may be claimed anew once the score is another one", async () => {
		const platform = await contradicted();
		await platform.command(MATCH, { action: "resolve", take: "ours" });
		await push(platform, cancellation("g1"));
		expect(status(platform)).toBe("open");
		await push(platform, scored("first_half", 760, 0, 1));
		expect(ops(platform).score).toBe("0-1");
		expect(status(platform)).toBe("suspended");
		isReplayable(platform);
	});

	test("a statement that something newer has overtaken shows nothing of the score", async () => {
		const platform = await contradicted();
		const now = platform.world.now();
		await push(platform, { ...incident("goal", "home", "g2", "12"), sentAtMs: now + 20 } as Input, betStart());
		await push(platform, { ...scored("first_half", 740, 0, 1), sentAtMs: now + 10 } as Input);
		expect(status(platform)).toBe("suspended");
		await push(platform, { ...scored("first_half", 750, 2, 0), sentAtMs: now + 30 } as Input);
		expect(status(platform)).toBe("open");
	});

	test("tennis: games that go back hold everything, and a trader takes the feed's", async () => {
		const platform = new Platform();
		const stated = (games: string): Input =>
			({
				v: 1,
				kind: "state",
				id: "s",
				matchId: MATCH,
				sentAtMs: platform.world.now(),
				phase: "playing",
				facts: { games, server: "home" },
			}) as Input;
		const over = {
			matchId: MATCH,
			scheduledAtMs: platform.world.now() + 60_000,
			prices: { moneyline: [1_750, 2_150] },
		};
		await platform.feed(tennisFixture(over));
		await push(platform, stated("5-4"));
		await platform.live(MATCH, 3_000);
		expect(status(platform, "ml")).toBe("open");
		await push(platform, stated("4-5"));
		expect(status(platform, "ml")).toBe("suspended");
		expect(kinds(platform)).toEqual(["contradiction"]);
		await platform.command(MATCH, { action: "resolve", take: "feed" });
		expect(status(platform, "ml")).toBe("open");
		expect(oddsOf(quoted(platform, "set:1:ml"), "away")).toBeLessThan(oddsOf(quoted(platform, "set:1:ml"), "home"));
		isReplayable(platform);
	});

	test("an outdated statement is refused and holds nothing", async () => {
		const platform = await playing();
		await push(platform, { ...scored("first_half", 30, 0, 0), sentAtMs: platform.world.now() } as Input);
		await push(platform, { ...scored("first_half", 20, 0, 1), sentAtMs: platform.world.now() - 5_000 } as Input);
		expect(status(platform)).toBe("open");
	});
});

describe("[MAT-1] bet stops", () => {
	test("of a group that nobody has stop everything, and say so", async () => {
		const platform = await playing();
		await push(platform, betStop(["goalz"]));
		expect(status(platform)).toBe("suspended");
		expect(ops(platform).attention).toMatchObject([
			{ kind: "unknown_group", message: expect.stringContaining("goalz") },
		]);
		await push(platform, { ...betStart(), groups: ["goalz"] } as Input);
		expect(status(platform)).toBe("suspended");
		await push(platform, betStart());
		expect(status(platform)).toBe("open");
	});

	test("of everything, followed by a start of groups, let those groups go", async () => {
		const platform = await playing();
		await push(platform, betStop(), { ...betStart(), groups: ["main"] } as Input);
		expect([status(platform), status(platform, "ou:2.5")]).toEqual(["open", "suspended"]);
		await push(platform, betStop());
		expect(status(platform)).toBe("suspended");
		const { groups } = await import("../../pricing/football/football.ts").then(({ football }) => football);
		await push(platform, { ...betStart(), groups: [...groups] } as Input);
		expect([status(platform), status(platform, "ou:2.5")]).toEqual(["open", "open"]);
		expect(storedState(platform).holds).toEqual([]);
		isReplayable(platform);
	});
});
