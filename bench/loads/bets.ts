/** A load of bets: so many clients, each of which sends its next bet when the last one has been decided. */
import * as v from "valibot";
import { decode, parseJson } from "../../shared/decode.ts";
import { latenciesOf } from "../measures/quantiles.ts";
import { type BetLoad, type BetResult, betLoadSchema } from "./bet-load.ts";
import { poster } from "./http.ts";
import { type Say, serve, sleep } from "./served.ts";

const WAIT_HEADER = "wait=20";
const answerSchema = v.object({ status: v.string(), code: v.nullish(v.string()) });

async function bet(load: BetLoad, say: Say): Promise<BetResult> {
	const post = poster(load.url, load.clients);
	const takenMs: number[] = [];
	const others: Record<string, number> = {};
	let [accepted, decided] = [0, 0];
	let [isCounting, isOver] = [false, false];

	const count = (kind: string): void => {
		others[kind] = (others[kind] ?? 0) + 1;
	};
	const take = (status: number, body: string, sentAtMs: number): void => {
		if (!isCounting) return;
		const read = decode(answerSchema, parseJson(body));
		const told = read.ok ? read.value.status : "unreadable";
		if (status !== 200 || (told !== "accepted" && told !== "refused")) {
			count(`${status} ${told}`);
			return;
		}
		takenMs.push(performance.now() - sentAtMs);
		decided++;
		if (told === "accepted") accepted++;
		else count(read.ok ? (read.value.code ?? told) : told);
	};
	const client = async (no: number): Promise<void> => {
		for (let n = 0; !isOver; n++) {
			const at = no + n * load.clients;
			if (load.bets !== null && at >= load.bets) return;
			const body = JSON.stringify({
				id: `${load.run}-${no}-${n}`,
				legs: [load.legs[at % load.legs.length]],
				stakeMinor: load.stakeMinor,
				currency: "EUR",
				pricePolicy: "any",
			});
			const headers = { authorization: `Bearer ${load.tokens[at % load.tokens.length]}`, prefer: WAIT_HEADER };
			const sentAtMs = performance.now();
			await post("/v1/bets", body, headers).then(
				(answer) => take(answer.status, answer.body, sentAtMs),
				() => isCounting && count("no answer"),
			);
			if (load.pauseMs > 0) await sleep(load.pauseMs);
		}
	};
	// Where a number of bets is to be placed, all of them count.
	isCounting = load.bets !== null;
	const all = Array.from({ length: load.clients }, (_, no) => client(no));
	await sleep(load.warmUpMs);
	isCounting = true;
	say("began");
	const fromMs = performance.now();
	if (load.bets === null) await sleep(load.runMs);
	else await Promise.all(all);
	isCounting = false;
	say("ended");
	const ranMs = performance.now() - fromMs;
	isOver = true;
	await Promise.all(all);
	return { ranMs, decided, accepted, others, latencies: latenciesOf(takenMs) };
}

serve(betLoadSchema, bet);
