/** For each rule: the faults that were put in, and what saw them. Pure: canaries and records come in. */
import type { Canary } from "../canaries/canary.ts";
import { type CaughtRecord, digestOf } from "../canaries/records.ts";

const HEAD = `# The rules, proven

Made by \`npm run rules\` from the canaries ([simulation.md](simulation.md), "Canaries") and from what their last run wrote down: for each rule the
faults that were put into a copy of the source and judged by it, and the seed or the test that saw them.

| rule | fault | in | seen by |
|---|---|---|---|`;

/** Canaries without a record of their present form: never caught, or changed since. */
export function unproven(canaries: readonly Canary[], records: readonly CaughtRecord[]): readonly string[] {
	const caught = new Set(records.map(({ name, digest }) => `${name} ${digest}`));
	return canaries.flatMap((canary) => (caught.has(`${canary.name} ${digestOf(canary)}`) ? [] : [canary.name]));
}

export function proofPage(
	ruleIds: readonly string[],
	canaries: readonly Canary[],
	records: readonly CaughtRecord[],
): string {
	const byName = new Map(canaries.map((canary) => [canary.name, canary]));
	const rows = ruleIds.flatMap((id) => {
		const proofs = records.filter(({ rule }) => rule === id);
		if (proofs.length === 0) return [`| ${id} | none | | |`];
		return proofs.map(({ name, by }) => {
			const canary = byName.get(name);
			const files = [...new Set(canary?.patches.map(({ file }) => file))].map((file) => `\`${file}\``);
			const seen =
				"seed" in by
					? `seed ${by.seed} (${by.tried} tried${canary?.deploys ? ", with deploys" : ""}${canary?.longNight ? ", with long nights" : ""})`
					: `\`${canary?.test?.file ?? ""}\`: ${by.test.replaceAll("|", "\\|")}`;
			return `| ${id} | ${name} | ${files.join(", ")} | ${seen} |`;
		});
	});
	return `${HEAD}\n${rows.join("\n")}\n`;
}
