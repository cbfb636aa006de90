/** The house rules that a machine can keep: who may import whom, how large a thing may grow, what must not stand in it. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "rolldown/utils";
import { describe, expect, test } from "vitest";
import { SPORT_IDS } from "../shared/catalogue/sports.ts";

const FILE_LINES = 400;
const CLASS_LINES = 200;
const FUNCTION_LINES = 70;
const ACTORS = ["match", "desk", "wallet", "board", "relay", "lane"];

/** What git tracks or would track: generated and ignored files do not count. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
	.split("\n")
	.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && existsSync(file));
const sources = files.filter((file) => !file.endsWith(".test.ts"));
const text = (file: string): string => readFileSync(file, "utf8");
const withoutComments = (file: string): string => text(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");

/** Modules a file names in `import … from`, `export … from` and `import()`; relative ones as paths from the root. */
function importsOf(file: string): readonly string[] {
	const found = text(file).matchAll(
		/(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g,
	);
	return [...found]
		.map((match) => match[1] ?? match[2] ?? match[3] ?? "")
		.map((name) => (name.startsWith(".") ? normalize(join(dirname(file), name)) : name));
}

/** Each way from a file back to itself that a walk from every file comes upon. */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
	const circles: (readonly string[])[] = [];
	const seen = new Set<string>();
	const walk = (file: string, way: readonly string[]): void => {
		if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file]);
		if (seen.has(file)) return;
		seen.add(file);
		for (const next of imports.get(file) ?? []) walk(next, [...way, file]);
	};
	for (const file of imports.keys()) walk(file, []);
	return circles;
}

/** Functions of any form that are too long, by line and length: what stands between their ends, blank lines apart. */
function longFunctionsIn(name: string, code: string): readonly string[] {
	const found: string[] = [];
	const look = (node: unknown): void => {
		if (typeof node !== "object" || node === null) return;
		if ("type" in node && "start" in node && "end" in node && /Function/.test(String(node.type))) {
			const [start, end] = [Number(node.start), Number(node.end)];
			const lines = code.slice(start, end).split("\n");
			const length = lines.filter((line) => line.trim() !== "").length;
			if (length > FUNCTION_LINES) found.push(`line ${code.slice(0, start).split("\n").length} has ${length} lines`);
		}
		for (const child of Object.values(node)) look(child);
	};
	const { program, errors } = parseSync(name, code);
	if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`);
	look(program);
	return found;
}

const offenders = (list: readonly string[], isBad: (file: string) => string | null): readonly string[] =>
	list.flatMap((file) => {
		const why = isBad(file);
		return why === null ? [] : [`${file}: ${why}`];
	});

describe("imports", () => {
	test("there is something to judge", () => {
		expect(sources.length).toBeGreaterThan(50);
		expect(importsOf("durable-objects/runtime/report-outbox.ts")).toContain("shared/limits.ts");
	});

	test("actor X never imports actor Y: they meet in shared/contracts", () => {
		const bad = offenders(sources, (file) => {
			const actor = ACTORS.find((name) => file.startsWith(`durable-objects/${name}/`));
			if (actor === undefined) return null;
			const other = importsOf(file).find((name) =>
				ACTORS.some((y) => y !== actor && name.startsWith(`durable-objects/${y}/`)),
			);
			return other === undefined ? null : `imports ${other}`;
		});
		expect(bad).toEqual([]);
	});

	test("no file leads back to itself: what two of them need of each other is a third's, types too", () => {
		expect(circlesIn(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
		const told = { "a.ts": ["b.ts"], "b.ts": ["c.ts", "d.ts"], "c.ts": ["a.ts"], "d.ts": ["d.ts"] };
		expect(circlesIn(new Map(Object.entries(told)))).toEqual([
			["a.ts", "b.ts", "c.ts", "a.ts"],
			["d.ts", "d.ts"],
		]);
	});

	test("shared/, pricing/ and the runtime import no actor, no worker, no script; pricing/ imports shared/, never the other way", () => {
		const bad = offenders(sources, (file) => {
			if (!/^(shared|pricing|durable-objects\/runtime)\//.test(file)) return null;
			const wrong = importsOf(file).find(
				(name) =>
					(!file.startsWith("pricing/") && name.startsWith("pricing/")) ||
					/^(workers|scripts|simulation|tests|client|dashboard)\//.test(name) ||
					ACTORS.some((y) => name.startsWith(`durable-objects/${y}/`)),
			);
			return wrong === undefined ? null : `imports ${wrong}`;
		});
		expect(bad).toEqual([]);
	});

	test("what runs in production never imports what only tests and simulations have", () => {
		const wrongIn = (file: string, names: readonly string[]): string | null => {
			if (!/^(client|dashboard|durable-objects|migrations|replays|scripts|shared|pricing|workers)\//.test(file))
				return null;
			const wrong = names.find((name) => /^(testing|tests|simulation|bench)\//.test(name));
			return wrong === undefined ? null : `imports ${wrong}`;
		};
		expect(offenders(sources, (file) => wrongIn(file, importsOf(file)))).toEqual([]);
		expect(wrongIn("durable-objects/match/actor.ts", ["testing/world.ts"])).toBe("imports testing/world.ts");
		expect(wrongIn("testing/match.ts", ["simulation/world/platform.ts"])).toBeNull();
	});

	test("the auditor judges with arithmetic of its own", () => {
		const bad = offenders(sources, (file) => {
			if (!file.startsWith("simulation/audit/")) return null;
			const wrong = importsOf(file).find((name) => !name.startsWith("simulation/audit/"));
			return wrong === undefined ? null : `imports ${wrong}`;
		});
		expect(bad).toEqual([]);
		expect(importsOf("simulation/evidence/evidence.ts").filter((name) => name.startsWith("shared/betting/"))).toEqual(
			[],
		);
	});

	test("shared/ and pricing/ do no I/O, read no clock and throw no dice", () => {
		const forbidden =
			/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bsetTimeout\(|\bsetInterval\(|\bperformance\.now\(|\brandomUUID\(|\bgetRandomValues\(/;
		const bad = offenders(sources, (file) => {
			if (!/^(shared|pricing)\//.test(file)) return null;
			const io = importsOf(file).find(
				(name) => name.startsWith("node:") || name.startsWith("cloudflare:") || name.startsWith("durable-objects/"),
			);
			if (io !== undefined) return `imports ${io}`;
			const hit = forbidden.exec(withoutComments(file));
			return hit === null ? null : `uses ${hit[0]}`;
		});
		expect(bad).toEqual([]);
	});

	test("[FRM-3] a server's frames are encoded in one place, by their type", () => {
		const byHand =
			/JSON\.stringify\(\s*\[\s*"(?:hello|schema|image|delta|beat|stale|error)"|`\["(?:hello|schema|image|delta|beat|stale|error)"/;
		expect(byHand.test('send(JSON.stringify(["beat", topic]))')).toBe(true);
		expect(byHand.test('send(`["stale",$' + "{topic},true]`)")).toBe(true);
		const bad = offenders(sources, (file) => {
			const hit = byHand.exec(text(file));
			return hit === null ? null : `makes ${hit[0]}`;
		});
		expect(bad).toEqual([]);
	});

	test("[FRM-6] the client counts elapsed time by a monotonic clock: a wall clock is set back and forth", () => {
		const bad = offenders(sources, (file) =>
			file.startsWith("client/") && /\bDate\.now\(|\bnew Date\(/.test(text(file)) ? "reads the wall clock" : null,
		);
		expect(bad).toEqual([]);
	});

	test("actors get clock, randomness, timers and network through their ports; only objects touch workerd", () => {
		const forbidden =
			/\bDate\.now\(|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\brandomUUID\(|\bgetRandomValues\(/;
		const bad = offenders(sources, (file) => {
			if (!ACTORS.some((name) => file.startsWith(`durable-objects/${name}/`))) return null;
			if (/\/(object|index)\.ts$/.test(file)) return null;
			if (importsOf(file).some((name) => name.startsWith("cloudflare:") || name === "partyserver"))
				return "imports the runtime";
			const hit = forbidden.exec(withoutComments(file));
			return hit === null ? null : `uses ${hit[0]}`;
		});
		expect(bad).toEqual([]);
	});
});

describe("rooms", () => {
	const decisions: Readonly<Record<string, readonly string[]>> = {
		match: ["core"],
		board: ["core"],
		desk: ["offer", "decide"],
		lane: ["speech", "provider-clock"],
		relay: ["topic", "ring"],
		wallet: [],
	};

	test("every actor's folder has its object, its actor, its store and its decisions", () => {
		const due = ACTORS.flatMap((actor) => {
			const kept = actor === "relay" ? [] : ["store", "migrations"];
			return ["object", "actor", ...kept, ...(decisions[actor] ?? [])].map(
				(room) => `durable-objects/${actor}/${room}.ts`,
			);
		});
		expect(due.filter((file) => !sources.includes(file))).toEqual([]);
	});
});

describe("sports", () => {
	const named = new RegExp(SPORT_IDS.join("|"), "i");
	/** A sport is what is said in these, and the rest asks for it. Beside them: limits named after a sport's models, and an example of the API. */
	const own = [
		...SPORT_IDS.flatMap((sport) => [`pricing/${sport}/`, `shared/catalogue/sports/${sport}.ts`]),
		"pricing/registry.ts",
		"shared/catalogue/sports.ts",
	];
	const others = ["shared/pricing-limits.ts", "shared/socket-limits.ts", "workers/edge/routes/matches.ts"];
	const isProduction = (file: string): boolean =>
		/^(client|dashboard|durable-objects|shared|pricing|workers)\//.test(file);
	const naming = sources
		.filter((file) => isProduction(file) && named.test(withoutComments(file)))
		.filter((file) => !own.some((place) => file.startsWith(place)));

	test("a sport is its folder of pricing/, its rows in shared/catalogue/sports/, and a line of either registry: nothing else names one", () => {
		expect(naming.toSorted()).toEqual(others.toSorted());
		for (const place of own) expect(sources.some((file) => file.startsWith(place))).toBe(true);
	});
});

describe("size", () => {
	test(`a file has at most ${FILE_LINES} lines`, () => {
		expect(
			offenders(sources, (file) =>
				text(file).split("\n").length > FILE_LINES + 1 ? `${text(file).split("\n").length} lines` : null,
			),
		).toEqual([]);
	});

	test(`the class of a Durable Object has at most ${CLASS_LINES} lines`, () => {
		const objects = sources.filter((file) => /^durable-objects\/\w+\/object\.ts$/.test(file));
		expect(objects.length).toBeGreaterThanOrEqual(ACTORS.length);
		const bad = offenders(objects, (file) => {
			const lines = text(file).split("\n");
			const start = lines.findIndex((line) => /^export class /.test(line));
			const end = lines.findIndex((line, index) => index > start && line === "}");
			return end - start + 1 > CLASS_LINES ? `${end - start + 1} lines` : null;
		});
		expect(bad).toEqual([]);
	});

	test(`a function has at most ${FUNCTION_LINES} lines, whatever its form`, () => {
		const bad = offenders(sources, (file) => longFunctionsIn(file, text(file)).join(", ") || null);
		expect(bad).toEqual([]);
		const body = "x();\n".repeat(FUNCTION_LINES);
		const forms = [
			`function f() {\n${body}}`,
			`const f = () => {\n${body}};`,
			`const f = function () {\n${body}};`,
			`class A { f() {\n${body}} }`,
			`class A { #f = async () => {\n${body}}; }`,
			`class A { constructor() {\n${body}} }`,
			`const o = { get f() {\n${body}} };`,
			`g(() => ({ f: () => {\n${body}} }));`,
			`(() => {\n${body}})();`,
		];
		for (const code of forms)
			expect([code.slice(0, 30), longFunctionsIn("f.ts", code).length > 0]).toEqual([code.slice(0, 30), true]);
		expect(longFunctionsIn("f.ts", `const f = () => {\n\n${"x();\n".repeat(FUNCTION_LINES - 2)}};`)).toEqual([]);
	});

	test("formatting and lint hold everywhere", () => {
		const run = spawnSync("biome", ["check", "--reporter=summary", "."], { encoding: "utf8" });
		expect(`${run.stdout}${run.stderr}`.slice(-4_000), `exit ${run.status}`).not.toMatch(/Found \d+ error/);
		expect(run.status).toBe(0);
	});

	test("types hold everywhere", () => {
		const run = spawnSync("tsc", ["-p", "."], { encoding: "utf8" });
		expect(run.stdout).toBe("");
		expect(run.status).toBe(0);
	});
});

describe("words", () => {
	test("nothing is silenced, unfinished or left behind", () => {
		const marks = [
			`TO${"DO"}`,
			`FIX${"ME"}`,
			`XX${"X"}`,
			`@ts-${"ignore"}`,
			`@ts-${"nocheck"}`,
			`as ${"any"}`,
			`: ${"any"}`,
		];
		const bad = offenders(
			files,
			(file) => marks.find((mark) => new RegExp(`(^|[^\\w])${mark}\\b`).test(text(file))) ?? null,
		);
		expect(bad).toEqual([]);
	});

	test("no TypeScript enum, and default exports only where a tool asks for one", () => {
		const tools = /(^|\/)(index|vitest\.config|drizzle\.config)\.ts$/;
		expect(offenders(sources, (file) => (/^\s*(export )?(const )?enum /m.test(text(file)) ? "enum" : null))).toEqual(
			[],
		);
		expect(
			offenders(sources, (file) =>
				!tools.test(file) && /^export default /m.test(text(file)) ? "default export" : null,
			),
		).toEqual([]);
	});

	test("generated bindings are what the configs say", () => {
		const run = spawnSync("node", ["scripts/types.ts", "--check"], { encoding: "utf8" });
		expect(run.stderr).toBe("");
		expect(run.status).toBe(0);
	});
});
