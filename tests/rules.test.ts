/** docs/rules.md carries every rule that code cites, and every rule there is named by a test. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const ID = /\b[A-Z]{3}-\d+\b/g;
/** Standards and encodings whose names look like a rule's. */
const NO_RULES: ReadonlySet<string> = new Set([
	"UTF-8",
	"UTF-16",
	"SHA-256",
	"SHA-512",
	"ISO-8859",
	"BSD-2",
	"BSD-3",
	"GPL-2",
	"GPL-3",
]);

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
	.split("\n")
	.filter((file) => /\.(ts|mjs)$/.test(file) && existsSync(file));
const idsIn = (text: string): ReadonlySet<string> => new Set((text.match(ID) ?? []).filter((id) => !NO_RULES.has(id)));
const worded = new Map(
	readFileSync("docs/rules.md", "utf8")
		.split("\n")
		.flatMap((line) => {
			const [, id, words] = /^\| ([A-Z]{3}-\d+) \| (.+) \|$/.exec(line) ?? [];
			return id === undefined || words === undefined ? [] : [[id, words] as const];
		}),
);
const citedBy = (isMeant: (file: string) => boolean): ReadonlyMap<string, string> =>
	new Map(
		files.filter(isMeant).flatMap((file) => [...idsIn(readFileSync(file, "utf8"))].map((id) => [id, file] as const)),
	);

describe("rules", () => {
	test("there is something to compare", () => expect(worded.size).toBeGreaterThan(35));

	test("each that code or a test cites is worded in docs/rules.md", () => {
		const cited = citedBy(() => true);
		expect([...cited].filter(([id]) => !worded.has(id)).map(([id, file]) => `${id} in ${file}`)).toEqual([]);
	});

	test("each that is worded is named by the title of a test", () => {
		const titles = files
			.filter((file) => file.endsWith(".test.ts"))
			.map((file) => readFileSync(file, "utf8"))
			.join("\n");
		expect([...worded.keys()].filter((id) => !titles.includes(`[${id}]`))).toEqual([]);
	});
});
