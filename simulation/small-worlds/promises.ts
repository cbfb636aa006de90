/**
 * What must be true of a small world where two objects meet: after every step what can never be otherwise, in the end what was
 * promised. It judges by what is stored and by what the schedule itself has done: it withdrew the markets, it moved the clock.
 */
import { deskName, matchName } from "../../shared/contracts/ids.ts";
import { type Broken, digest } from "./past.ts";
import type { DeskSeen, MatchSeen, Seen, TicketSeen, WalletSeen } from "./seen.ts";
import { MARKET, REGION, STAKE_MINOR, type Stage, WALLET } from "./stage.ts";
import type { Message, State } from "./state.ts";

function seenOf<Kind extends Seen["kind"]>(stage: Stage, state: State, name: string, kind: Kind) {
	const seen = state.pasts[stage.index(name)]?.seen;
	if (seen?.kind !== kind) throw new Error(`${name} is no ${kind}`);
	return seen as Extract<Seen, { kind: Kind }>;
}

/** After something has reached an object, by a message or otherwise. */
export function judge(stage: Stage, state: State, object: number, message: Message | null): readonly Broken[] {
	const past = state.pasts[object];
	if (past === undefined) return [];
	const { seen, faults } = past;
	const broken: Broken[] = [...seen.broken, ...faults.map((fault) => ({ rule: "fault", what: String(fault) }))];
	// Bets of after the end name the versions of then.
	if (seen.kind === "desk" && (message?.withdrawn ?? 0) > 0 && !state.hasEnded)
		for (const leg of seen.reserved)
			broken.push({ rule: "BET-5", what: `${leg} was reserved on an answer of after its market was withdrawn` });
	if (seen.kind === "wallet") for (const key of seen.accepted) broken.push(...judgeAcceptance(stage, state, key, seen));
	else for (const matchId of stage.scene.matches) broken.push(...judgeExposure(stage, state, matchId));
	return broken;
}

function judgeAcceptance(stage: Stage, state: State, key: string, { tickets }: WalletSeen): readonly Broken[] {
	const missing = (tickets.get(key)?.legs ?? []).filter(({ desk, leg }) => !isReserved(stage, state, desk, leg));
	return missing.map(({ desk }) => ({
		rule: "BET-8",
		what: `${key} was accepted while ${desk} had not reserved its leg`,
	}));
}

const isReserved = (stage: Stage, state: State, desk: string, leg: string): boolean =>
	seenOf(stage, state, desk, "desk").legs.some((other) => other.leg === leg);

function sumsOf({ legs }: DeskSeen): Map<string, number> {
	const sums = new Map<string, number>();
	for (const { outcome, riskBaseMinor } of legs) sums.set(outcome, (sums.get(outcome) ?? 0) + riskBaseMinor);
	return sums;
}

/** What a desk carries is counted at its match, at every moment. */
function judgeExposure(stage: Stage, state: State, matchId: string): readonly Broken[] {
	const carried = sumsOf(seenOf(stage, state, deskName(matchId, REGION), "desk"));
	const broken: Broken[] = [];
	for (const { outcome, riskBaseMinor } of seenOf(stage, state, matchName(matchId), "match").grants) {
		const least = carried.get(outcome) ?? 0;
		if (riskBaseMinor < least)
			broken.push({ rule: "MON-5", what: `${outcome} counts ${riskBaseMinor} and its desk carries ${least}` });
		carried.delete(outcome);
	}
	for (const [outcome, risk] of carried)
		broken.push({ rule: "MON-5", what: `${risk} on ${outcome} are counted nowhere` });
	return broken;
}

/** Whether everything has been decided, and told to whoever waits for it. */
export function isOver(stage: Stage, state: State): boolean {
	if (seenOf(stage, state, WALLET, "wallet").isOpen) return false;
	return stage.scene.matches.every((matchId) => {
		const desk = seenOf(stage, state, deskName(matchId, REGION), "desk");
		const match = seenOf(stage, state, matchName(matchId), "match");
		return desk.undecided + desk.owed + match.untold === 0 && desk.counted === match.counted;
	});
}

/** What is stored in a state, without the times at which it came to be. */
export const endOf = ({ pasts, broken }: State): string =>
	digest(JSON.stringify([pasts.map(({ seen }) => storedOf(seen)), broken]));

function storedOf(seen: Seen): unknown {
	switch (seen.kind) {
		case "desk":
			return [seen.legs, seen.undecided, seen.owed, seen.decided];
		case "match":
			return [seen.grants, seen.untold];
		case "wallet":
			return [[...seen.tickets], [...seen.told].toSorted(), seen.isOpen];
	}
}

/** When nothing is under way any more. */
export function judgeEnd(stage: Stage, state: State): readonly Broken[] {
	const wallet = seenOf(stage, state, WALLET, "wallet");
	const broken: Broken[] = [];
	for (const [key, ticket] of wallet.tickets) {
		broken.push(...judgeMovements(key, ticket), ...judgeReturn(stage, state, key, ticket));
		const isTaken = ticket.status === "accepted" || ticket.status === "settled";
		for (const { desk, leg } of ticket.legs)
			if (isReserved(stage, state, desk, leg) !== isTaken)
				broken.push({
					rule: "BET-8",
					what: `${key} is ${ticket.status}, and ${desk} ${isTaken ? "has no" : "still has a"} reservation`,
				});
		const told = wallet.told.get(key.split("/")[1] ?? "");
		if (told !== undefined && told !== (isTaken ? "accepted" : "refused"))
			broken.push({ rule: "BET-1", what: `${key} was told ${told} and is ${ticket.status}` });
	}
	for (const matchId of stage.scene.matches)
		broken.push(
			...judgeCounted(
				seenOf(stage, state, deskName(matchId, REGION), "desk"),
				seenOf(stage, state, matchName(matchId), "match"),
			),
		);
	return broken;
}

function judgeMovements(key: string, { status, moved }: TicketSeen): readonly Broken[] {
	const count = (reason: string): number => moved.filter((line) => line.reason === reason).length / 2;
	const isTaken = status === "accepted" || status === "settled";
	const held = moved.filter((line) => line.reason === "hold" && line.amountMinor > 0);
	const broken: Broken[] = [];
	if (count("hold") !== 1 || held[0]?.amountMinor !== STAKE_MINOR)
		broken.push({ rule: "MON-3", what: `${key} was held ${count("hold")} times` });
	if (count("post") !== (isTaken ? 1 : 0) || count("release") !== (isTaken ? 0 : 1))
		broken.push({
			rule: "MON-3",
			what: `${key} is ${status}: posted ${count("post")} and released ${count("release")} times`,
		});
	if (count("settle") > 1 || (count("settle") === 1) !== (status === "settled"))
		broken.push({ rule: "SET-1", what: `${key} is ${status} and was paid ${count("settle")} times` });
	return broken;
}

/** Whoever bets here bets on what wins: paid are the stake at the price taken, and no less and no more. */
function judgeReturn(stage: Stage, state: State, key: string, { status, legs, moved }: TicketSeen): readonly Broken[] {
	const isDecided = legs.every(({ desk, market }) => seenOf(stage, state, desk, "desk").decided.includes(market));
	if (status === "accepted" && isDecided) return [{ rule: "SET-1", what: `${key} is decided and not settled` }];
	const [only, ...others] = legs;
	if (status !== "settled" || only === undefined || others.length > 0) return [];
	const paid = moved.filter(({ reason, amountMinor }) => reason === "settle" && amountMinor > 0);
	const paidMinor = paid.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
	const dueMinor = Math.floor((STAKE_MINOR * (only.oddsMilli ?? 0)) / 1_000);
	return paidMinor === dueMinor
		? []
		: [{ rule: "SET-1", what: `${key} was paid ${paidMinor} where ${dueMinor} are due` }];
}

function judgeCounted(desk: DeskSeen, { grants }: MatchSeen): readonly Broken[] {
	const carried = sumsOf(desk);
	return grants
		.filter(({ market, outcome, riskBaseMinor }) => market === MARKET && riskBaseMinor !== (carried.get(outcome) ?? 0))
		.map(({ outcome, riskBaseMinor }) => ({
			rule: "MON-5",
			what: `${outcome} counts ${riskBaseMinor} in the end, and its desk carries ${carried.get(outcome) ?? 0}`,
		}));
}
