/** A process that runs the seeds it is told, one after another, until its runner goes. */
import type { FromWorker, ToWorker } from "./messages.ts";
import { isReported } from "./reported.ts";

const covered = process.argv.includes("--covered") ? await (await import("./covered.ts")).countRuns() : null;
const { runSeed } = await import("./run-seed.ts");

const say = (message: FromWorker): void => void process.send?.(message);

async function work(message: ToWorker): Promise<void> {
	if (message.kind === "run") say({ kind: "ran", run: await runSeed(message.options) });
	else say({ kind: "covered", files: covered === null ? [] : await covered(isReported) });
}

process.on("message", (message) => void work(message as ToWorker));
process.on("disconnect", () => process.exit(0));
