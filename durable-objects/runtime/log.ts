/** Structured lines for `wrangler tail`: one JSON object a line. */
import { CONTRACT } from "../../shared/limits.ts";
import type { Log } from "./ports.ts";

export function consoleLog(part: string): Log {
	const line = (
		level: "info" | "warn" | "error",
		event: string,
		fields: Readonly<Record<string, unknown>> = {},
	): void => {
		console[level](JSON.stringify({ level, part, event, ...fields }));
	};
	return {
		info: (event, fields) => line("info", event, fields),
		warn: (event, fields) => line("warn", event, fields),
		error: (event, fields) => line("error", event, fields),
	};
}

/** The words of whatever was thrown, short enough to log. */
export function faultText(fault: unknown): string {
	return (fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)).slice(0, CONTRACT.faultChars);
}
