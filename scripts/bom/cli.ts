/**
 * `npm run bom`: writes `dist/bom.cdx.json` (every locked package, and which are shipped where) and `dist/licences.txt` (the
 * texts that go with what is shipped), and fails where something is shipped under a licence that is not on the list.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledPackages } from "./bundles.ts";
import { bomText } from "./document.ts";
import { isAllowedLicence, licenceTexts, shippedOf } from "./licences.ts";
import { packagesOf } from "./lockfile.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

async function main(): Promise<void> {
	const packages = packagesOf(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
	const bundled = await bundledPackages(ROOT);
	const shipped = shippedOf(packages, bundled);
	mkdirSync(join(ROOT, "dist"), { recursive: true });
	const bom = bomText({ packages, bundled, madeAt: new Date(), serial: randomUUID() });
	writeFileSync(join(ROOT, "dist/bom.cdx.json"), bom);
	writeFileSync(join(ROOT, "dist/licences.txt"), licenceTexts(ROOT, shipped));
	for (const { name, version, licence, bundles } of shipped)
		console.log(`${name} ${version}  ${licence ?? "no licence"}  in ${bundles.join(", ")}`);
	console.log(`${shipped.length} of ${packages.size - 1} packages are shipped: dist/bom.cdx.json, dist/licences.txt`);
	const refused = shipped.filter(({ licence }) => !isAllowedLicence(licence));
	if (refused.length === 0) return;
	console.error(`Not to be shipped: ${refused.map(({ name, licence }) => `${name} (${licence})`).join(", ")}`);
	process.exitCode = 1;
}

await main();
