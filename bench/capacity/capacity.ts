/** `npm run bench -- capacity`: the tables of docs/capacity.md, from the figures that stand beside this file. */
import { optionsOf } from "../options.ts";
import { ASSUMED, LOAD } from "./figures.ts";
import { costs, objectCount, objects, rates, relays, thousands } from "./model.ts";
import { STATED } from "./prices.ts";

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** As they stand in the document. */
export function capacityTables(): string {
	const all = costs();
	const hour = all.reduce((sum, { value }) => sum + value, 0);
	const month = all.reduce((sum, line) => sum + line.month, 0);
	const { sockets, count, tiers, fanMs } = relays();
	const messages = rates().queueMessages;
	return [
		"| object | there are | the busiest, calls and messages/s | of its thread | needed of it |",
		"|---|---:|---:|---:|---:|",
		...objects().map(({ what, perSec, cpuShare, needed }, at) => {
			const counts = Object.values(objectCount());
			const [matches = 0, desks = 0, wallets = 0, lanes = 0, boards = 0, relayCount = 0] = counts;
			const there = [wallets, desks, matches, lanes, boards, relayCount][at] ?? 0;
			return `| ${what} | ${thousands(there)} | ${thousands(perSec)} | ${percent(cpuShare)} | ${needed} |`;
		}),
		"",
		`A relay holds ${thousands(sockets)} sockets: ${thousands(count)} relays. A final's match sends a frame to all of them in ${thousands(fanMs)} ms, so ${tiers === 1 ? "one tier is enough" : "a second tier is needed"}. The queue takes ${thousands(messages)} messages a second of the ${thousands(STATED.queueMessagesPerSec)} that one may.`,
		"",
		`| ${thousands(LOAD.viewers)} viewers, ${thousands(LOAD.betsPerSec)} bets/s, ${thousands(LOAD.matchesInPlay)} matches | arithmetic | $ an hour | $ a month of ${ASSUMED.fullHours} such hours |`,
		"|---|---|---:|---:|",
		...all.map(
			({ what, how, value, month: monthly }) => `| ${what} | ${how} | ${thousands(value)} | ${thousands(monthly)} |`,
		),
		`| **all** | | **${thousands(hour)}** | **${thousands(month)}** |`,
		"",
		`A bet, settled, costs $${((hour / (LOAD.betsPerSec * 3_600)) * 1_000).toFixed(3)} a thousand, its share of readers and matches included.`,
	].join("\n");
}

export async function capacity(args: readonly string[]): Promise<void> {
	optionsOf("capacity", args, {});
	console.log(capacityTables());
}
