/** What the documents say of the tree is so. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
	encoding: "utf8",
}).split("\n");
const NAMED = /`([a-z][a-z0-9./-]*\.(?:ts|mjs|toml))`/g;

describe.each(["architecture", "simulation", "glossary", "pricing", "protocol", "performance"])(
	"docs/%s.md",
	(name) => {
		const named = [...readFileSync(`docs/${name}.md`, "utf8").matchAll(NAMED)].map(([, file = ""]) => file);

		test("each file that it names is in the tree", () => {
			expect(named.filter((file) => !files.some((known) => known === file || known.endsWith(`/${file}`)))).toEqual([]);
		});
	},
);

test.each(["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md"])(
	"each file, folder and page that %s names is in the tree",
	(page) => {
		const text = readFileSync(page, "utf8");
		const folders = new Set(files.flatMap((file) => file.split("/").slice(0, -1)));
		const named = [...text.matchAll(NAMED)].map(([, file = ""]) => file);
		expect(named.filter((file) => !files.some((known) => known === file || known.endsWith(`/${file}`)))).toEqual([]);
		const rooms = [...text.matchAll(/`((?:[a-z-]+\/)+)`/g)].flatMap(([, room = ""]) => room.split("/").slice(0, -1));
		expect(rooms.filter((room) => !folders.has(room))).toEqual([]);
		const pages = [...text.matchAll(/\]\(([a-z0-9/._-]+\.(?:md|png))\)/gi)].map(([, to = ""]) =>
			join(dirname(page), to),
		);
		expect(pages.filter((to) => !files.includes(to))).toEqual([]);
	},
);

test("the ways of a bet and of a goal are told by files", () => {
	const tables = readFileSync("docs/architecture.md", "utf8").match(/^\| \d+ \| .*$/gm) ?? [];
	expect(tables.length).toBeGreaterThanOrEqual(20);
	expect(tables.filter((row) => !row.includes(".ts`"))).toEqual([]);
});
