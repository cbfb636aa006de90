/** `npm run simulate -- --seeds N --minutes M [--from S]`: histories from seeds; a failing one says how to repeat it. */
import { parseArgs } from "node:util";
import { runCanaries } from "./canaries.ts";
import { simulate } from "./simulator.ts";

const { values } = parseArgs({
	options: {
		seeds: { type: "string", default: "20" },
		from: { type: "string", default: "1" },
		minutes: { type: "string" },
		hours: { type: "string" },
		"until-caught": { type: "boolean", default: false },
		canaries: { type: "boolean", default: false },
	},
});
if (values.canaries) process.exit(runCanaries() ? 0 : 1);
const minutes = values.hours !== undefined ? Number(values.hours) * 60 : Number(values.minutes ?? 6);
let failed = 0;
for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed++) {
	const startedAtMs = performance.now();
	const { violations, counts, story } = await simulate({ seed, minutes });
	const words = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
	console.log(
		`${violations.length === 0 ? "ok  " : "FAIL"} seed ${seed}: ${words.join(", ")} (${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s)`,
	);
	if (violations.length === 0) continue;
	failed++;
	if (values["until-caught"])
		for (const { rule, what } of violations.slice(0, 3)) console.log(`     [${rule}] ${what}`);
	if (values["until-caught"]) process.exit(1);
	for (const { rule, what } of violations.slice(0, 10)) console.log(`     [${rule}] ${what}`);
	for (const line of story.slice(-30)) console.log(`       ${line}`);
	console.log(`     repeat it: npm run simulate -- --seeds 1 --from ${seed} --minutes ${minutes}`);
}
console.log(failed === 0 ? "All histories hold." : `${failed} histories do not hold.`);
process.exit(failed === 0 ? 0 : 1);
