/** What a desk and a wallet owe each other of legs (votes, results, releases): stored, and said until the legs are answered. */
import { legsAnsweredSchema } from "../../shared/contracts/desk.ts";
import type { LegRef } from "../../shared/contracts/ids.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { RETRY } from "../../shared/limits.ts";
import { AFTER_A_DEPLOY, type CourierPolicy, doublingMs, logFailures } from "./courier.ts";
import type { Ports } from "./ports.ts";

export type LegCourierDeps = {
	readonly ports: Ports;
	readonly wakeAt: (atMs: number) => void;
};

/** The part of a courier's policy that is the same for all of it; `what` names the calls. */
export function legCourierPolicy<B>(
	what: string,
	{ ports, wakeAt }: LegCourierDeps,
): Pick<
	CourierPolicy<B, readonly LegRef[]>,
	"ports" | "what" | "gather" | "decode" | "retryMs" | "refused" | "failed" | "alarm"
> {
	return {
		ports,
		what,
		gather: ports.sync,
		decode: (answer) => answeredLegs(answer),
		retryMs: doublingMs(RETRY.peerMinMs, RETRY.peerMaxMs),
		refused: AFTER_A_DEPLOY,
		failed: logFailures(ports, what),
		alarm: { wakeAt, slackMs: RETRY.peerMaxMs },
	};
}

/** An answer that answers nothing is none: the same legs would be sent again at once. */
function answeredLegs(answer: unknown): readonly LegRef[] {
	const { answered } = decodeRpc("legs answered", legsAnsweredSchema, answer);
	if (answered.length === 0) throw new Error("nothing was answered");
	return answered;
}
