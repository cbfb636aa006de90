/** A load of inputs: so many pushers, each of which pushes its next batch when the last one has been taken. */
import { signBody } from "../../shared/feeds/signature.ts";
import { Waits } from "../measures/waits.ts";
import { counted, Stint } from "./counted.ts";
import { poster } from "./http.ts";
import { type PushLoad, type PushResult, pushLoadSchema } from "./push-load.ts";
import { type Say, serve, sleep } from "./served.ts";
import { Writer } from "./writer.ts";

const BUSY_MS = 100;

async function push(load: PushLoad, say: Say): Promise<PushResult> {
	const post = poster(load.url, load.pushers);
	const writer = new Writer(load);
	const waits = new Waits();
	let [inputs, busy] = [0, 0];
	const stint = new Stint();

	const send = async (body: string): Promise<"taken" | "busy"> => {
		const timestamp = Math.floor(Date.now() / 1_000);
		const answer = await post("/v1/ingest/replay", body, {
			"touchline-timestamp": String(timestamp),
			"touchline-signature": await signBody(load.secret, timestamp, body),
		});
		if (answer.status === 202 && !answer.body.includes('"code"')) return "taken";
		const kind = answer.status === 202 ? (/"code":"(\w+)"/.exec(answer.body)?.[1] ?? "?") : String(answer.status);
		if (kind === "busy" || kind === "429" || kind === "503") return "busy";
		// Sent again it would be refused again, and the load would never end.
		throw new Error(`a push was answered ${kind}: ${answer.body.slice(0, 200)}`);
	};
	const pusher = async (no: number): Promise<void> => {
		const mine = load.matchIds.filter((_, index) => index % load.pushers === no);
		for (let n = 0; !stint.isOver; n++) {
			const body = JSON.stringify(writer.batch(mine, n * load.inputsPerPush));
			waits.begin(no, performance.now());
			while ((await send(body)) === "busy") {
				if (stint.isCounting) busy++;
				await sleep(BUSY_MS);
			}
			waits.end(no, performance.now(), stint.isCounting);
			if (stint.isCounting) inputs += load.inputsPerPush;
			if (load.pauseMs > 0) await sleep(load.pauseMs);
		}
	};
	const pushers = Array.from({ length: Math.min(load.pushers, load.matchIds.length) }, (_, no) => pusher(no));
	const until = (): Promise<unknown> => sleep(load.runMs);
	const { ranMs, latencies } = await counted({ stint, clients: pushers, waits, warmUpMs: load.warmUpMs, say, until });
	return { ranMs, inputs, busy, latencies, given: writer.given };
}

serve(pushLoadSchema, push);
