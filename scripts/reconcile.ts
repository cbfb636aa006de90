/** `npm run reconcile`: asks the running platform whether Postgres equals the ledgers, and names every difference. */
import * as v from "valibot";
import { readRunning } from "./running.ts";

const answerSchema = v.object({
	checkedAtMs: v.number(),
	equal: v.boolean(),
	sumsZero: v.boolean(),
	sources: v.number(),
	walletsAsked: v.number(),
	reportsOutboxDepth: v.number(),
	differences: v.array(v.object({ name: v.string(), source: v.string(), detail: v.string() })),
});

const running = readRunning();
const response = await fetch(`${running.url}/v1/ops/reconciliation`, {
	headers: { authorization: `Bearer ${running.operatorToken}` },
}).catch(() => null);
if (response === null || !response.ok) {
	console.error(
		response === null
			? `Nothing answers at ${running.url}: start it with npm start.`
			: `The platform answered ${response.status}: ${(await response.text()).slice(0, 300)}`,
	);
	process.exit(2);
}
const check = v.parse(answerSchema, await response.json());
for (const { name, source, detail } of check.differences)
	console.log(`${name.padEnd(22)} ${source.padEnd(28)} ${detail}`);
console.log(
	`${check.sources} sources, ${check.walletsAsked} wallets asked, ${check.reportsOutboxDepth} rows on their way, ${check.differences.length} differences.`,
);
console.log(
	check.equal && check.sumsZero
		? `Every currency sums to zero, Postgres equals the ledgers (${new Date(check.checkedAtMs).toISOString()}).`
		: "Postgres does not equal the ledgers.",
);
process.exit(check.equal && check.sumsZero ? 0 : 1);
