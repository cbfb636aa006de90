/** A load of bets: so many clients, each of which sends its next bet when the last one has been decided. */
import * as v from "valibot";
import { decode, parseJson } from "../../shared/decode.ts";
import { Waits } from "../measures/waits.ts";
import { type BetLoad, type BetResult, betLoadSchema } from "./bet-load.ts";
import { counted, Stint } from "./counted.ts";
import { poster } from "./http.ts";
import { type Say, serve, sleep } from "./served.ts";

const WAIT_HEADER = "wait=20";
const answerSchema = v.object({ status: v.string(), code: v.nullish(v.string()) });

async function bet(load: BetLoad, say: Say): Promise<BetResult> {
	const post = poster(load.url, load.clients);
	const waits = new Waits();
	const others: Record<string, number> = {};
	let [accepted, decided] = [0, 0];
	const stint = new Stint();

	const count = (kind: string): false => {
		others[kind] = (others[kind] ?? 0) + 1;
		return false;
	};
	/** Whether it is a decision. */
	const take = (status: number, body: string): boolean => {
		const read = decode(answerSchema, parseJson(body));
		const told = read.ok ? read.value.status : "unreadable";
		if (status !== 200 || (told !== "accepted" && told !== "refused")) {
			return count(`${status} ${told}`);
		}
		decided++;
		if (told === "accepted") accepted++;
		else count(read.ok ? (read.value.code ?? told) : told);
		return true;
	};
	const client = async (no: number): Promise<void> => {
		for (let n = 0; !stint.isOver; n++) {
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
			waits.begin(no, performance.now());
			const answer = await post("/v1/bets", body, headers).catch(() => null);
			const isDecided = stint.isCounting && (answer === null ? count("no answer") : take(answer.status, answer.body));
			waits.end(no, performance.now(), isDecided);
			if (load.pauseMs > 0) await sleep(load.pauseMs);
		}
	};
	// Where a number of bets is to be placed, all of them count.
	stint.isCounting = load.bets !== null;
	const clients = Array.from({ length: load.clients }, (_, no) => client(no));
	const until = (): Promise<unknown> => (load.bets === null ? sleep(load.runMs) : Promise.all(clients));
	const { ranMs, latencies } = await counted({ stint, clients, waits, warmUpMs: load.warmUpMs, say, until });
	return { ranMs, decided, accepted, others, latencies };
}

serve(betLoadSchema, bet);
