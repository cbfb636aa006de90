/** The counts as tables: one line a kind and object, one column a case. */
import type { Case } from "./cases.ts";
import { type Counts, type Kind, totalOf } from "./tally.ts";

export type Counted = { readonly case: Pick<Case, "name" | "of">; readonly counts: Counts };

const TITLES: Readonly<Record<Exclude<Kind, "statements">, string>> = {
	calls: "calls",
	callBytes: "bytes of calls, with answers",
	reads: "statements that read",
	writes: "statements that write",
	transactions: "transactions",
	commits: "turns that write (a commit each)",
	waits: "waits for the disk",
	rowsRead: "rows given",
	rowsWritten: "rows written",
	sqlBytes: "bytes in and out of SQLite",
	timers: "timers set",
	alarms: "alarms set",
	logLines: "log lines",
	queueMessages: "messages to the queue",
	queueBytes: "bytes of them",
	frames: "frames sent",
	frameBytes: "bytes of frames",
	deliveries: "frames to pages",
};
const DETAILED: ReadonlySet<string> = new Set(["callBytes", "queueBytes", "frameBytes", "sqlBytes"]);

const figure = (value: number): string =>
	value === 0 ? "" : Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2);

/** A table in Markdown, so that it can stand in a document as it is printed. */
export function tableOf(all: readonly Counted[]): string {
	const line = (name: string, values: readonly number[]): string => `| ${name} | ${values.map(figure).join(" | ")} |`;
	const kinds = Object.entries(TITLES) as readonly (readonly [Exclude<Kind, "statements">, string])[];
	return [
		`| | ${all.map(({ case: { name } }) => name).join(" | ")} |`,
		`|---|${all.map(() => "---:|").join("")}`,
		...kinds.flatMap(([kind, title]) => {
			const names = [...new Set(all.flatMap(({ counts }) => [...(counts.get(kind)?.keys() ?? [])]))].toSorted();
			const details = DETAILED.has(kind) ? [] : names;
			return [
				line(
					`**${title}**`,
					all.map(({ counts }) => totalOf(counts, kind)),
				),
				...details.map((name) =>
					line(
						`– ${name}`,
						all.map(({ counts }) => counts.get(kind)?.get(name) ?? 0),
					),
				),
			];
		}),
		"",
		...all.map(({ case: { name, of } }) => `- **${name}**: ${of}`),
	].join("\n");
}

/** Every statement of a case, the most frequent first. */
export function statementsOf({ case: { name }, counts }: Counted): string {
	const found = [...(counts.get("statements") ?? [])].toSorted(([, a], [, b]) => b - a);
	return [`${name}:`, ...found.map(([text, count]) => `${count.toFixed(2).padStart(8)}  ${text}`)].join("\n");
}
