/** Which licences may be shipped, and the texts that go with what is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundled } from "./bundles.ts";
import type { Package } from "./lockfile.ts";

/** Licences that ask for their text to be kept and for nothing else: nobody has to publish what they build with it. */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
	"0BSD",
	"Apache-2.0",
	"BSD-2-Clause",
	"BSD-3-Clause",
	"ISC",
	"MIT",
]);

/** A choice is allowed by one of its parts, a sum by all of them; anything that needs brackets is for a person to read. */
export function isAllowedLicence(expression: string | null): boolean {
	if (expression === null) return false;
	return expression
		.split(" OR ")
		.some((choice) => choice.split(" AND ").every((licence) => ALLOWED_LICENCES.has(licence.trim())));
}

export type Shipped = Package & { readonly bundles: readonly string[] };

/** The bundled packages, by name; one that the lock does not know is a fault, since nobody vouches for it. */
export function shippedOf(packages: ReadonlyMap<string, Package>, bundled: Bundled): readonly Shipped[] {
	return [...bundled]
		.map(([path, bundles]) => {
			const found = packages.get(path);
			if (found === undefined) throw new Error(`${path} is bundled and not in package-lock.json`);
			return { ...found, bundles };
		})
		.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Licence and notice files as the package brings them. */
function textsOf(root: string, path: string): readonly string[] {
	const files = readdirSync(join(root, path)).filter((file) => /^(licen[cs]e|copying|notice)(\W|$)/i.test(file));
	return files.toSorted().map((file) => readFileSync(join(root, path, file), "utf8").trim());
}

/** What has to go with the bundles: whose work is in them, and under which words. */
export function licenceTexts(root: string, shipped: readonly Shipped[]): string {
	const parts = shipped.map(({ path, name, version, licence, bundles }) => {
		const texts = textsOf(root, path);
		const head = `${name} ${version}\nLicence: ${licence ?? "none stated"}\nIn: ${bundles.join(", ")}`;
		return [head, ...(texts.length === 0 ? ["The package brings no text of its licence."] : texts)].join("\n\n");
	});
	return `${parts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
