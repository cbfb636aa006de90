/** `npm run replay -- --match wc2022-final --from 78 --speed 10`: plays one match to a running platform. */
import { parseArgs } from "node:util";
import { REPLAYS, replayOf } from "../../replays/all.ts";
import { readRunning } from "../running.ts";
import { playReplays } from "./player.ts";

const { values } = parseArgs({
	options: {
		match: { type: "string" },
		from: { type: "string", default: "0" },
		speed: { type: "string", default: "10" },
		seed: { type: "string", default: "1" },
	},
});
const replay = replayOf(values.match ?? "");
const [fromMinute, speed, seed] = [Number(values.from), Number(values.speed), Number(values.seed)];
if (
	replay === null ||
	!(fromMinute >= 0 && fromMinute <= 120) ||
	!(speed >= 0.1 && speed <= 120) ||
	!Number.isInteger(seed)
) {
	console.error(
		`Usage: npm run replay -- --match ${REPLAYS.map(({ id }) => id).join("|")} [--from 0…120] [--speed 0.1…120] [--seed N]`,
	);
	process.exit(2);
}
const running = readRunning();
const abort = new AbortController();
process.on("SIGINT", () => abort.abort());
await playReplays({
	url: running.url,
	secret: running.ingestSecret,
	speed,
	seed,
	only: { replay, fromMinute },
	signal: abort.signal,
	log: (line) => console.log(line),
});
