/** A load of sockets that watch one match: a provider pushes goals and takes them back, and then speaks at a steady pace. */
import { signBody } from "../../shared/feeds/signature.ts";
import { latenciesOf } from "../measures/quantiles.ts";
import { Crowd } from "./crowd.ts";
import { poster } from "./http.ts";
import { type Say, serve, sleep } from "./served.ts";
import { type SocketLoad, type SocketResult, socketLoadSchema } from "./socket-load.ts";

const TOLD_WITHIN_MS = 15_000;
/** And for each socket beyond: what reads them is on the same cores. */
const TOLD_EACH_MS = 5;
/** Between a goal taken back and the next one. */
const CALM_MS = 250;
const PUSHERS = 4;
/** What is under way when the last input has been answered. */
const DRAIN_MS = 500;

class Provider {
	readonly #load: SocketLoad;
	readonly #post: ReturnType<typeof poster>;
	#count = 0;

	constructor(load: SocketLoad) {
		this.#load = load;
		this.#post = poster(load.url, PUSHERS);
	}

	async push(draft: Readonly<Record<string, unknown>>): Promise<void> {
		const { matchId, run, secret, speaks } = this.#load;
		const message = { v: 1, id: `${run}:${this.#count++}`, matchId, sentAtMs: Date.now(), ...draft };
		const body = JSON.stringify([message]);
		const timestamp = Math.floor(Date.now() / 1_000);
		const path = speaks === "touchline" ? "/v1/ingest/replay" : "/push";
		const { status, body: told } = await this.#post(path, body, {
			"touchline-timestamp": String(timestamp),
			"touchline-signature": await signBody(secret, timestamp, body),
		});
		if (status !== 202 || told.includes('"code"')) throw new Error(`a push was answered ${status}: ${told}`);
	}
}

async function goals(
	{ goals: least, goesOn, run, sockets }: SocketLoad,
	crowd: Crowd,
	provider: Provider,
	enough: AbortSignal,
) {
	const [onEach, onLast]: [number[], number[]] = [[], []];
	const withinMs = TOLD_WITHIN_MS + sockets * TOLD_EACH_MS;
	let frameBytes = 0;
	for (let no = 0; no < least || (goesOn && !enough.aborted); no++) {
		const incidentId = `${run}-goal-${no}`;
		let last = 0;
		const fromMs = performance.now();
		const told = crowd.shown(
			({ isWithdrawn }) => isWithdrawn,
			withinMs,
			() => {
				last = performance.now() - fromMs;
				onEach.push(last);
			},
		);
		await Promise.all([
			provider.push({ kind: "incident", incident: "goal", incidentId, side: "home", detail: "open" }),
			told,
		]);
		onLast.push(last);
		frameBytes = Math.max(frameBytes, crowd.frameBytes);
		const reopened = crowd.shown(({ isOpen }) => isOpen, withinMs);
		await provider.push({ kind: "cancellation", incidentId });
		await Promise.all([reopened, sleep(CALM_MS)]);
	}
	return { onEach: latenciesOf(onEach), onLast: latenciesOf(onLast), frameBytes };
}

async function steady(load: SocketLoad, crowd: Crowd, provider: Provider): Promise<SocketResult["steady"]> {
	const fromMs = performance.now();
	const before = { deliveries: crowd.deliveries, bytes: crowd.bytes };
	const pushed: Promise<void>[] = [];
	for (let no = 0; no < load.inputs; no++) {
		pushed.push(provider.push({ kind: "danger", on: no % 2 === 0 }));
		await sleep(Math.max(0, fromMs + ((no + 1) * 1_000) / load.inputsPerSec - performance.now()));
	}
	await Promise.all(pushed);
	await sleep(DRAIN_MS);
	return {
		deliveries: crowd.deliveries - before.deliveries,
		bytes: crowd.bytes - before.bytes,
		ranMs: performance.now() - fromMs,
	};
}

async function watch(load: SocketLoad, say: Say, enough: AbortSignal): Promise<SocketResult> {
	const crowd = new Crowd(load);
	const provider = new Provider(load);
	try {
		const fromMs = performance.now();
		await crowd.open();
		const connectMs = performance.now() - fromMs;
		await sleep(CALM_MS);
		say("ready");
		const told = await goals(load, crowd, provider, enough);
		say("began");
		const paced = await steady(load, crowd, provider);
		say("ended");
		return { connectMs, firstOddsBytes: crowd.firstOddsBytes, ...told, steady: paced };
	} finally {
		crowd.close();
	}
}

serve(socketLoadSchema, watch);
