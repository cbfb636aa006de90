/** The table "Shares" of docs/security.md: its numbers are those of the code, and each row has its test. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as limits from "../shared/limits.ts";

const section = readFileSync("docs/security.md", "utf8").split("\n## Shares\n")[1]?.split("\n## ")[0] ?? "";
const rows = section
	.split("\n")
	.filter((line) => line.startsWith("| ") && !line.startsWith("| what is shared"))
	.map((line) => {
		const [what = "", all = "", whose = "", share = "", part = "", , test = ""] = line
			.slice(2, -2)
			.split("|")
			.map((cell) => cell.trim());
		return { what: `${what} of ${whose}`, all, share, part, test };
	});

/** What a limit's name in a cell says; null where the cell names none. */
function numberOf(cell: string): number | null {
	const [, group = "", name] = /^`(\w+)(?:\.(\w+))?`$/.exec(cell) ?? [];
	const value: unknown = Reflect.get(limits, group);
	const number: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name ?? "") : value;
	return typeof number === "number" ? number : null;
}

describe("[SHR-1] the table of shares", () => {
	test("there is something to compare: each share by address, player and match that there is", () => {
		expect(rows.length).toBeGreaterThan(10);
		for (const name of ["RELAY_SHARE.sockets", "RELAY_SHARE.topics", "RELAY_SHARE.questions", "EDGE_SHARE.cacheKeys"])
			expect(rows.map(({ share }) => share)).toContain(`\`${name}\``);
	});

	test.each(rows.map((row) => [row.what, row] as const))("%s", (_what, { all, share, part, test: shown }) => {
		const [whole, own] = [numberOf(all), numberOf(share)];
		expect(own).not.toBeNull();
		if (whole !== null) expect(part).toBe(`${Number(((100 * (own ?? 0)) / whole).toFixed(2))} %`);
		else expect(part).toBe("none of another's");
		const [, file = "", title = ""] = /^`([^`]+)`: “(.+)”$/.exec(shown) ?? [];
		const [group, name] = title.split(".");
		expect(readFileSync(file, "utf8")).toMatch(new RegExp(`test\\("[^"]*\\b${group}\\.(?:\\w+, )*${name}\\b`));
	});
});
