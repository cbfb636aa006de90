/** The other end of `child.ts`: what a load's or a peer's process does with the message that starts it. */
import * as v from "valibot";
import { decodeRpc } from "../../shared/decode.ts";
import type { Told } from "./child.ts";

/** Says when it is ready, and where what counts begins and ends: whoever measures the other side's cost looks at these moments. */
export type Say = (kind: "ready" | "began" | "ended") => void;

export function serve<S extends v.GenericSchema>(
	schema: S,
	/** The signal says that whoever started it has seen enough. */
	run: (config: v.InferOutput<S>, say: Say, enough: AbortSignal) => Promise<unknown>,
): void {
	const tell = (told: Told): void => {
		process.send?.(told);
	};
	// Whoever started us may be killed without a word to us.
	process.once("disconnect", () => process.exit(0));
	process.once("message", (message) => {
		const { config } = decodeRpc("a load's work", v.object({ config: schema }), message);
		const enough = new AbortController();
		process.on("message", () => enough.abort());
		run(config, (kind) => tell({ kind }), enough.signal).then(
			(result) => tell({ kind: "done", result }),
			(fault: unknown) => {
				console.error(fault);
				process.exit(1);
			},
		);
	});
}

export const sleep = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));
