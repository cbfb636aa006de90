/** Every limit stands in shared/limits.ts with where its number comes from, and every one has a test that names it. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as limits from "../shared/limits.ts";

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
	.split("\n")
	.filter((file) => file.endsWith(".ts") && existsSync(file));
const text = (file: string): string => readFileSync(file, "utf8");
const tests = files.filter((file) => file.endsWith(".test.ts") && file !== "tests/limits.test.ts").map(text);

const LIMITS = files.filter((file) => /^shared\/([a-z]+-)?limits\.ts$/.test(file));
type Limit = { readonly group: string; readonly name: string | null };
const all = Object.entries(limits).flatMap(([group, value]): readonly Limit[] =>
	typeof value === "object" ? Object.keys(value).map((name) => ({ group, name })) : [{ group, name: null }],
);
const label = ({ group, name }: Limit): string => (name === null ? group : `${group}.${name}`);
/** `GROUP.name`, or as one of several in a test's title: `GROUP.first, name`. */
const isNamed = (words: string, { group, name }: Limit): boolean =>
	new RegExp(name === null ? `\\b${group}\\b` : `\\b${group}\\.(?:\\w+, )*${name}\\b`).test(words);

/** Tests that honour a limit by the number written down, each by its file and the words of its title. */
const SHOWN_BY: Readonly<Record<string, readonly [file: string, title: string]>> = {
	"BET.keepSettledLegMs": [
		"durable-objects/desk/settlement.test.ts",
		"settled legs stay for corrections for thirty days",
	],
	"FEED.pruneMs": ["durable-objects/lane/lane.test.ts", "old logs are looked for once an hour at most"],
	"RELAY.aheadMs": [
		"durable-objects/relay/topic.test.ts",
		"a reader ahead of a publisher that goes on without reaching it",
	],
	"SOCKET.staleMs": ["durable-objects/relay/relay.test.ts", "an in-play topic silent for 3 s is stale"],
	"SOCKET.eventHighWaterBytes": [
		"workers/edge/event-stream.test.ts",
		"a reader that does not read is not acknowledged for",
	],
	"SOCKET.maxQueuedEventBytes": [
		"workers/edge/event-stream.test.ts",
		"a reader that does not read is not acknowledged for",
	],
};

describe("limits", () => {
	test("there is something to judge", () => expect(all.length).toBeGreaterThan(120));

	test.each(all.map((limit) => [label(limit), limit] as const))("%s has a test", (name, limit) => {
		const shown = SHOWN_BY[name];
		if (shown === undefined) expect(tests.some((words) => isNamed(words, limit))).toBe(true);
		else expect(text(shown[0]), shown[0]).toContain(shown[1]);
	});

	test("no test is told of for a limit that is none, or that a test names by itself", () => {
		const known = new Set(all.map(label));
		for (const name of Object.keys(SHOWN_BY)) expect(known, name).toContain(name);
		const named = all.filter((limit) => label(limit) in SHOWN_BY && tests.some((words) => isNamed(words, limit)));
		expect(named.map(label)).toEqual([]);
	});

	test("each is used, and says where its number comes from", () => {
		const used = files.filter((file) => !file.endsWith(".test.ts") && !LIMITS.includes(file)).map(text);
		/** Counted by Cloudflare from wrangler.toml; a design's bound that only a test can hold. */
		const elsewhere = /^ADDRESS_RATE\.(bets|demoPlayers|streams|reads|failures)$|^SOCKET\.maxFootballImageBytes$/;
		const unused = all.filter((limit) => !elsewhere.test(label(limit)) && !used.some((words) => isNamed(words, limit)));
		expect(unused.map(label)).toEqual([]);
		// A line of numbers follows a comment, or the last of its pair (min, max) that has one.
		const lines = LIMITS.flatMap((file) => text(file).split("\n"));
		const bare = lines.filter(
			(line, at) => /^\t\w+: [\d_]+,$/.test(line) && !/\*\/$|: [\d_]+,$/.test(lines[at - 1] ?? ""),
		);
		expect(bare).toEqual([]);
	});

	test("contracts and routes name their sizes: no number stands in a schema's bound", () => {
		const bound = /\b(?:maxLength|maxEntries)\((\d[\d_]*)\)|\.max\((\d[\d_]*)\)/;
		const bad = files
			.filter((file) => /^(shared|pricing|workers|durable-objects)\//.test(file) && !/\.test\.ts$/.test(file))
			.flatMap((file) =>
				text(file)
					.split("\n")
					.filter((line) => bound.test(line))
					.map((line) => `${file}: ${line.trim()}`),
			);
		expect(bad).toEqual([]);
	});
});
