/** docs/security.md against the lists it follows and the tests it names. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has. Within a section they stand before those of level 3. */
const ASVS_SECTIONS: Readonly<Record<string, readonly number[]>> = {
	V1: [2, 9, 11, 3, 2],
	V2: [3, 3, 4, 1],
	V3: [0, 2, 4, 6, 5, 0, 2],
	V4: [3, 1, 2, 4],
	V5: [1, 3, 2, 3],
	V6: [3, 12, 4, 4, 5, 3, 0, 4],
	V7: [3, 4, 2, 5, 2, 2],
	V8: [2, 3, 1, 1],
	V9: [3, 4],
	V10: [2, 2, 4, 11, 5, 2, 3],
	V11: [2, 3, 3, 4, 1, 1, 0],
	V12: [3, 2, 4],
	V13: [1, 5, 2, 5],
	V14: [2, 4, 3],
	V15: [3, 3, 7, 0],
	V16: [1, 5, 4, 3, 3],
	V17: [1, 4, 2],
};
const REQUIREMENTS = Object.entries(ASVS_SECTIONS).flatMap(([chapter, sections]) =>
	sections.flatMap((count, section) => Array.from({ length: count }, (_, n) => `${chapter}.${section + 1}.${n + 1}`)),
);
/** What may stand instead of a test, or beside one. */
const INSTEAD = /\*\*(?:not here|in words|Cloudflare|open)\*\*/;

type Row = { readonly list: string; readonly first: string; readonly words: string; readonly shownBy: string };
const page = readFileSync("docs/security.md", "utf8");

/** Rows of the tables whose first heading is the name of a list. */
function rowsOf(list: string): readonly Row[] {
	const tables = page.split(/\n\n+/).filter((block) => block.startsWith(`| ${list} |`));
	return tables.flatMap((table) =>
		table
			.trim()
			.split("\n")
			.slice(2)
			.map((line) => {
				const [, first = "", words = "", shownBy = "", ...more] = line.split("|").map((cell) => cell.trim());
				expect(more, line).toEqual([""]);
				return { list, first, words, shownBy };
			}),
	);
}

/** `V1.2.6–V1.2.8` as the three that it means. */
const requirementsOf = (cell: string): readonly string[] =>
	cell.split(", ").flatMap((part) => {
		const [, section, from, lastSection, to] = /^(V\d+\.\d+)\.(\d+)(?:–(V\d+\.\d+)\.(\d+))?$/.exec(part) ?? [];
		expect([undefined, section], part).toContain(lastSection);
		expect(section, part).toBeDefined();
		const count = to === undefined ? 1 : Number(to) - Number(from) + 1;
		return Array.from({ length: count }, (_, n) => `${section}.${Number(from) + n}`);
	});

/** Titles of a file's tests and groups, and the first words of rows that give a title its `%s`. */
function titlesOf(file: string): readonly string[] {
	const text = readFileSync(file, "utf8");
	const titles = /(?:\b(?:test|describe)(?:\.\w+)*\(|\)\(|^\s*\[)\s*(["'`])((?:\\.|(?!\1)[\s\S])*?)\1/gm;
	return [...text.matchAll(titles)].map(([, , title = ""]) => title.replaceAll("\\`", "`"));
}

/** What a cell names: files, each with titles. */
function namedIn(cell: string): readonly (readonly [file: string, titles: readonly string[]])[] {
	return [...cell.matchAll(/`([\w./-]+\.test\.ts)`(?:: ((?:“[^”]+”(?:, )?)+))?/g)].map(([, file = "", titles = ""]) => [
		file,
		[...titles.matchAll(/“([^”]+)”/g)].map(([, title = ""]) => title),
	]);
}

const asvs = rowsOf("ASVS");
const all = [...rowsOf("API"), ...rowsOf("WebSocket"), ...asvs];

describe("[SUP-2] docs/security.md", () => {
	test("names each requirement of ASVS 5.0.0 at levels 1 and 2 once, and none that there is not", () => {
		expect(REQUIREMENTS).toHaveLength(253);
		const named = asvs.flatMap(({ first }) => requirementsOf(first));
		expect(named.toSorted()).toEqual(REQUIREMENTS.toSorted());
	});

	test("names each point of the API Security Top 10 once", () => {
		const points = rowsOf("API").map(({ first }) => first.split(" ")[0]);
		expect(points).toEqual(Array.from({ length: 10 }, (_, n) => `API${n + 1}`));
	});

	test.each(all.map((row) => [`${row.list} ${row.first}`, row] as const))(
		"%s: is answered in words and by a test that is there, or by what stands for one",
		(_, { list, words, shownBy }) => {
			expect(words).not.toBe("");
			const named = namedIn(shownBy);
			if (named.length === 0) expect(shownBy).toMatch(list === "ASVS" ? INSTEAD : /^$/);
			for (const [file, titles] of named) {
				expect(existsSync(file), file).toBe(true);
				expect(titles.length, file).toBeGreaterThan(0);
				const known = titlesOf(file);
				for (const title of titles)
					expect(
						known.some((one) => one.includes(title)),
						`${file}: ${title}`,
					).toBe(true);
			}
			// Nothing stands in the cell that is not read here.
			const rest = shownBy
				.replaceAll(/`[\w./-]+\.test\.ts`: (?:“[^”]+”(?:, )?)+/g, "")
				.replace(/\*\*open\*\* until that rule [\w ]+/, "")
				.replace(INSTEAD, "");
			expect(rest.replaceAll(/[; ]/g, "")).toBe("");
		},
	);

	test("every other test that the page names by its path is there", () => {
		const files = [...page.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.test\.ts)`/g)].map(([, file = ""]) => file);
		expect(files.length).toBeGreaterThan(50);
		expect(files.filter((file) => !existsSync(file))).toEqual([]);
	});
});
