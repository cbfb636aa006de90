/** What went wrong at the client and is nobody's answer: said to the page, never thrown into the socket's handler. */
import type { Topic } from "../shared/protocol/frames.ts";

/**
 * `unreadable`: a frame or a body is not what the protocol says. `unanswered`: a `sub` has brought nothing. `schemas`: they
 * cannot be fetched, and come on the socket for some minutes. `server`: the server says that we made a mistake. `callback`: a function
 * of the page's own has thrown `fault`.
 */
export type ClientProblem = {
	readonly code: "unreadable" | "unanswered" | "schemas" | "server" | "callback";
	readonly topic: Topic | null;
	readonly detail: string;
	readonly fault: unknown;
};
export type Report = (problem: ClientProblem) => void;

/** Words for a fault of any kind. */
export const wordsOf = (fault: unknown): string => {
	try {
		return String(fault);
	} catch {
		return "a fault without words";
	}
};

/** To the page's handler where it has one; a handler that throws is reported as everything else would be without it. */
export function reporter(handler: Report | undefined): Report {
	return (problem) => {
		try {
			if (handler !== undefined) return handler(problem);
		} catch (fault) {
			byDefault({ code: "callback", topic: problem.topic, detail: wordsOf(fault), fault });
		}
		byDefault(problem);
	};
}

function byDefault({ code, topic, detail, fault }: ClientProblem): void {
	if (code !== "callback") console.warn(`touchline: ${code} (${topic ?? "no topic"}): ${detail}`);
	else if (typeof reportError === "function") reportError(fault);
	else console.error(fault);
}

/** Runs a function of the page's; what it throws is reported, and keeps nothing from anybody else. */
export function guarded(report: Report, topic: Topic | null, run: () => void): void {
	try {
		run();
	} catch (fault) {
		report({ code: "callback", topic, detail: wordsOf(fault), fault });
	}
}
