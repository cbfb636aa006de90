import { afterEach, expect, test, vi } from "vitest";
import { consoleLog } from "./log.ts";

afterEach(() => void vi.restoreAllMocks());

test("a line of the log stays one line, with its own level, part and event, whatever somebody sent", () => {
	const lines: string[] = [];
	vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
	const sent = 'x"}\n{"level":"info","part":"wallet","event":"paid"}\r\u2028\u0000';
	consoleLog("lane").warn("input_rejected", { reason: sent });
	expect(lines).toHaveLength(1);
	// Every control character is escaped, so no reader of lines sees a second one.
	expect([...(lines[0] ?? "")].some((char) => char < " ")).toBe(false);
	expect(JSON.parse(lines[0] ?? "")).toEqual({ level: "warn", part: "lane", event: "input_rejected", reason: sent });
});
