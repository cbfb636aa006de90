/** `npm run rules`: makes the table in docs/simulation.md and docs/rules-proof.md, and says which rules nobody judges. */
import { writeFileSync } from "node:fs";
import { documents, pathOf } from "./documents.ts";

const { pages, unjudged, unproven, unprovenRules } = documents();
for (const { path, is, shouldBe } of pages) {
	if (is !== shouldBe) writeFileSync(pathOf(path), shouldBe);
	console.log(`${is === shouldBe ? "as it was" : "made anew"}: ${path}`);
}
const tell = (what: string, names: readonly string[]): void => {
	if (names.length > 0) console.log(`${what}: ${names.join(", ")}`);
};
tell("rules that neither a history nor a test judges", unjudged);
tell("rules that no canary was caught by", unprovenRules);
tell("canaries that were not caught as they are now (npm run simulate -- --canaries)", unproven);
process.exit(unjudged.length + unprovenRules.length + unproven.length === 0 ? 0 : 1);
