/** An open loop of bets or of pushes: so many a second, whatever comes back, for so long. */
import * as v from "valibot";
import { decode, parseJson } from "../../shared/decode.ts";
import { signBody } from "../../shared/feeds/signature.ts";
import { latenciesOf } from "../measures/quantiles.ts";
import { type Answer, poster } from "./http.ts";
import { type OfferLoad, type OfferResult, offerLoadSchema } from "./offer-load.ts";
import { type Say, serve, sleep } from "./served.ts";
import { Writer } from "./writer.ts";

/** More than can be under way where each answer comes within its time: a second of either load. */
const CONNECTIONS = 4_096;
const STEP_MS = 5;
const answerSchema = v.object({ status: v.optional(v.union([v.string(), v.number()])), code: v.nullish(v.string()) });

type Verdict = { readonly kind: "taken" | "busy" } | { readonly kind: "other"; readonly code: string };
type Sender = {
	/** Sends what has this number. */
	readonly send: (no: number) => Promise<Answer>;
	readonly judge: (answer: Answer) => Verdict;
	/** Called where it was taken. */
	readonly took: (no: number) => void;
	readonly acceptedIds: readonly string[];
	readonly given: Readonly<Record<string, number>>;
};

const codeOf = ({ status, body }: Answer): string => {
	const read = decode(answerSchema, parseJson(body));
	return read.ok ? (read.value.code ?? String(read.value.status ?? status)) : String(status);
};

function bettor({ url, run, what }: OfferLoad): Sender | null {
	if (what.kind !== "bets") return null;
	const post = poster(url, CONNECTIONS);
	const { tokens, legs, stakeMinor } = what;
	const idOf = (no: number): string => `${run}-${no}`;
	const acceptedIds: string[] = [];
	return {
		took: (no) => acceptedIds.push(idOf(no)),
		acceptedIds,
		given: {},
		send: (no) => {
			const bet = { id: idOf(no), legs: [legs[no % legs.length]], stakeMinor, currency: "EUR", pricePolicy: "any" };
			const headers = { authorization: `Bearer ${tokens[no % tokens.length]}`, prefer: "wait=20" };
			return post("/v1/bets", JSON.stringify(bet), headers);
		},
		judge: (answer) => {
			const code = codeOf(answer);
			if (answer.status === 200 && code === "accepted") return { kind: "taken" };
			return code === "busy" ? { kind: "busy" } : { kind: "other", code };
		},
	};
}

function provider({ url, run, what }: OfferLoad): Sender | null {
	if (what.kind !== "pushes") return null;
	const post = poster(url, CONNECTIONS);
	const { secret, matchIds, kickedOffAtMs, inputsPerPush } = what;
	const writer = new Writer({ run, kickedOffAtMs, inputsPerPush });
	const given: Record<string, number> = {};
	return {
		took: (no) => {
			for (let at = 0; at < inputsPerPush; at++) {
				const matchId = matchIds[(no * inputsPerPush + at) % matchIds.length] ?? "";
				given[matchId] = (given[matchId] ?? 0) + 1;
			}
		},
		acceptedIds: [],
		given,
		send: async (no) => {
			const body = JSON.stringify(writer.batch(matchIds, no * inputsPerPush));
			const timestamp = Math.floor(Date.now() / 1_000);
			return post("/v1/ingest/replay", body, {
				"touchline-timestamp": String(timestamp),
				"touchline-signature": await signBody(secret, timestamp, body),
			});
		},
		judge: (answer) => {
			if (answer.status === 202 && !answer.body.includes('"code"')) return { kind: "taken" };
			return answer.status === 429 ? { kind: "busy" } : { kind: "other", code: codeOf(answer) };
		},
	};
}

async function offer(load: OfferLoad, say: Say): Promise<OfferResult> {
	const sender = bettor(load) ?? provider(load);
	if (sender === null) throw new Error("nothing to offer");
	const others: Record<string, number> = {};
	const [takenIn, busyIn]: [number[], number[]] = [[], []];
	let [offered, busyWithoutRetry, lastMs] = [0, 0, 0];
	const one = async (no: number, dueMs: number): Promise<void> => {
		const answer = await sender.send(no).catch(() => null);
		const nowMs = performance.now();
		lastMs = nowMs;
		const verdict: Verdict = answer === null ? { kind: "other", code: "no answer" } : sender.judge(answer);
		if (verdict.kind === "other") others[verdict.code] = (others[verdict.code] ?? 0) + 1;
		else if (verdict.kind === "taken") {
			takenIn.push(nowMs - dueMs);
			sender.took(no);
		} else {
			busyIn.push(nowMs - dueMs);
			if (answer?.retryAfter === null) busyWithoutRetry++;
		}
	};
	const sent: Promise<void>[] = [];
	say("began");
	const fromMs = performance.now();
	for (let nowMs = fromMs; nowMs - fromMs < load.runMs; nowMs = performance.now()) {
		for (; offered < ((nowMs - fromMs) / 1_000) * load.perSec; offered++)
			sent.push(one(offered, fromMs + (offered * 1_000) / load.perSec));
		await sleep(STEP_MS);
	}
	await Promise.all(sent);
	say("ended");
	return {
		ranMs: Math.max(load.runMs, lastMs - fromMs),
		offered,
		taken: takenIn.length,
		busy: busyIn.length,
		busyWithoutRetry,
		others,
		takenIn: latenciesOf(takenIn),
		busyIn: latenciesOf(busyIn),
		acceptedIds: [...sender.acceptedIds],
		given: sender.given,
	};
}

serve(offerLoadSchema, offer);
