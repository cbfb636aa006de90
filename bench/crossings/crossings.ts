/** `npm run bench -- crossings`: what one bet, one goal, one input and an idle second cost in calls, statements and commits. */
import { optionsOf, REPORTING } from "../options.ts";
import { CASES } from "./cases.ts";
import { type Counted, statementsOf, tableOf } from "./table.ts";

export async function crossings(args: readonly string[]): Promise<void> {
	const { json, statements } = optionsOf("crossings", args, {
		...REPORTING,
		statements: { type: "boolean", default: false },
	});
	const all: Counted[] = [];
	for (const one of CASES) all.push({ case: one, counts: await one.count() });
	if (json) console.log(JSON.stringify(all.map(asData), null, "\t"));
	else console.log([tableOf(all), ...(statements ? all.map(statementsOf) : [])].join("\n\n"));
}

const asData = ({ case: { name, of }, counts }: Counted) => ({
	name,
	of,
	counts: Object.fromEntries([...counts].map(([kind, by]) => [kind, Object.fromEntries(by)])),
});
