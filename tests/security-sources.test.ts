/** What docs/security.md says of the sources of what is shipped, read from the sources themselves. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CONFIGS } from "../scripts/workers.ts";

const FOLDERS = ["workers", "durable-objects", "shared", "pricing", "client", "dashboard/src"];
const shipped = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...FOLDERS], {
	encoding: "utf8",
})
	.split("\n")
	.filter((file) => /\.ts$/.test(file) && !/(\.test|\.d)\.ts$/.test(file))
	.map((file) => [file, readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/g, "")] as const);

const places = (pattern: RegExp): readonly string[] =>
	shipped.filter(([, text]) => pattern.test(text)).map(([file]) => file);

describe("[SUP-3] sources of what is shipped", () => {
	test("there is something to judge", () => {
		expect(shipped.length).toBeGreaterThan(150);
		expect(places(/crypto\.subtle/)).toContain("shared/feeds/signature.ts");
	});

	test("no text becomes code, a command of the system, a pattern or a part of a page", () => {
		expect(places(/\beval\(|new Function\(|\bimportScripts\(|child_process|node:vm/)).toEqual([]);
		expect(places(/new RegExp\(/)).toEqual([]);
		expect(
			places(/\.(?:inner|outer)HTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|createContextualFragment/),
		).toEqual([]);
	});

	test("a statement of SQL holds constants of ours and places for values, never a value", () => {
		const statements = shipped.flatMap(([file, text]) =>
			[...text.matchAll(/(\bsql)?`\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|WITH)\b[^`]*`/g)]
				// The tag makes a parameter of whatever stands in it.
				.filter(([, tag]) => tag === undefined)
				.map(([statement]) => [file, statement] as const),
		);
		expect(statements.length).toBeGreaterThan(10);
		for (const [file, statement] of statements)
			expect([...statement.matchAll(/\$\{(?![A-Z_]+\})[^}]*\}/g)].map(String), file).toEqual([]);
		expect(places(/\bsql\.raw\(|\.exec\(\s*["'`][^;]*["'`]\s*\+/)).toEqual([]);
	});

	test("no cookie is set or read, no page sends another one messages, and nobody is sent elsewhere", () => {
		expect(places(/set-cookie|document\.cookie|\bgetCookie|\bsetCookie/i)).toEqual([]);
		expect(places(/\.postMessage\(|addEventListener\("message", \(?\{ ?origin/)).toEqual([]);
		expect(places(/\.redirect\(|location\.(?:href|assign|replace)\b\s*[=(]|"location":/)).toEqual([]);
	});

	test("cryptography is the platform's own, with SHA-256 alone", () => {
		expect(places(/node:crypto|\b(?:md5|sha-?1|aes-\w+|rsa\w*-\w+|des|rc4)\b/i)).toEqual([]);
		const hashes = shipped.flatMap(([, text]) =>
			[...text.matchAll(/(?:hash: |digest\()"([^"]+)"/g)].map(([, name]) => name),
		);
		expect(new Set(hashes)).toEqual(new Set(["SHA-256"]));
	});

	test("dice that can be guessed decide how long to wait and nothing else; the wallet's and pages' ids come from the platform's generator", () => {
		expect(places(/\bMath\.random\b/).toSorted()).toEqual([
			"client/client.ts",
			"durable-objects/runtime/do-ports.ts",
			"workers/edge/context.ts",
		]);
	});

	test("the database is the only place outside that is asked, and no answer of it leads to another", () => {
		// Pages and the client ask the platform whose stream they read.
		const asking = places(/(?<![.\w#"])fetch\((?!request|\))/).filter((file) => !/^(dashboard|client)\//.test(file));
		expect(asking).toEqual(["workers/reporting/database.ts"]);
		expect(places(/redirect: "manual"/)).toEqual(["workers/reporting/database.ts"]);
	});

	test("the script that players' sockets reach offers no compression of messages", () => {
		expect(readFileSync("wrangler.toml", "utf8")).toMatch(/^compatibility_flags = \["no_web_socket_compression"\]$/m);
	});

	test("configurations name secrets and hold none", () => {
		for (const config of CONFIGS) {
			const text = readFileSync(config, "utf8");
			const vars = /^\[vars\]\n([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text)?.[1] ?? "";
			expect(vars, config).not.toMatch(/TOKEN|SECRET|PASSWORD|DATABASE_URL|KEY\b/);
		}
		expect(places(/postgres(?:ql)?:\/\/\w+:\w+@|-----BEGIN/)).toEqual([]);
	});
});
