/** Judges the order of inputs and whose they are: one log, in the lane and in its match, of one provider's word (LAN-1, LAN-5, LAN-6). */
import type { Violation } from "./facts.ts";

/** What a lane answered to one input of a push. */
export type Pushed = {
	readonly lane: string;
	readonly provider: string;
	readonly matchId: string;
	readonly id: string;
	readonly kind: string;
	readonly seq: number | null;
	/** The numbers under which its provider had been told before that this message was refused. */
	readonly refusedSeqs: readonly number[];
};
export type LogLine = {
	readonly seq: number;
	readonly provider: string;
	readonly id: string;
	readonly body: string;
	readonly isRefused: boolean;
};
export type LaneMatchFacts = {
	readonly matchId: string;
	/** Whose the match is. */
	readonly provider: string;
	readonly laneLog: readonly LogLine[];
	readonly matchLog: readonly LogLine[];
	/** Lanes of other groups that keep anything of the match. */
	readonly strangers: readonly string[];
	/** What the board says of the id, and what is true. */
	readonly boardGroup: string | null;
	readonly group: string;
	/** Numbers of the refusals that the lane tells its provider when asked. */
	readonly toldWhenAsked: ReadonlySet<number>;
};
export type LaneFacts = {
	readonly pushed: readonly Pushed[];
	/** Refusals by lane, provider and number that more than one answer told. */
	readonly toldTwice: readonly string[];
	readonly matches: readonly LaneMatchFacts[];
};

const TRADER = "trader";

export function auditLanes({ pushed, toldTwice, matches }: LaneFacts): readonly Violation[] {
	const providers = new Map(matches.map(({ matchId, provider }) => [matchId, provider]));
	return [
		...pushed.flatMap((push) => auditPush(push, providers.get(push.matchId) ?? "")),
		...toldTwice.map((what) => ({ rule: "LAN-5", what: `${what} was told by more than one answer` })),
		...matches.flatMap((match) => [
			...auditLogs(match),
			...auditOwner(match),
			...auditTries(match),
			...auditStored(
				match,
				pushed.filter(({ matchId, kind }) => kind === "stored" && matchId === match.matchId),
			),
		]),
	];
}

function auditPush({ lane, provider, matchId, id, kind, seq, refusedSeqs }: Pushed, owner: string): Violation[] {
	if (provider !== owner && kind !== "refused")
		return [{ rule: "LAN-6", what: `${lane} took ${id} of ${matchId} from ${provider}` }];
	return kind === "duplicate" && seq !== null && refusedSeqs.includes(seq)
		? [{ rule: "LAN-5", what: `${matchId} ${id} was refused as ${seq}, and is a duplicate when it is sent again` }]
		: [];
}

/** LAN-1: without a gap, once each, and the same in both. */
function auditLogs({ matchId, laneLog, matchLog }: LaneMatchFacts): Violation[] {
	for (let index = 0; index < Math.max(laneLog.length, matchLog.length); index++) {
		const [lane, match] = [laneLog[index], matchLog[index]];
		const isSame = lane?.provider === match?.provider && lane?.id === match?.id && lane?.body === match?.body;
		if (lane?.seq !== index + 1 || match?.seq !== index + 1 || !isSame)
			return [
				{
					rule: "LAN-1",
					what: `${matchId}: the lane's log has ${lane?.seq} ${lane?.id}, the match's ${match?.seq} ${match?.id} as number ${index + 1}`,
				},
			];
	}
	return [];
}

function auditOwner({ matchId, provider, matchLog, strangers, boardGroup, group }: LaneMatchFacts): Violation[] {
	const alien = matchLog.find((line) => line.provider !== provider && line.provider !== TRADER);
	return [
		...(alien === undefined ? [] : [{ rule: "LAN-6", what: `${matchId} acted on ${alien.id} of ${alien.provider}` }]),
		...strangers.map((lane) => ({ rule: "LAN-6", what: `${lane} keeps something of ${matchId}, which is ${group}'s` })),
		...(boardGroup === group ? [] : [{ rule: "LAN-6", what: `the board says that ${matchId} is ${boardGroup}'s` }]),
	];
}

/** LAN-5: a message stands once in the log, and again only where every try before was refused; each refusal can be asked for. */
function auditTries({ matchId, matchLog, toldWhenAsked }: LaneMatchFacts): Violation[] {
	const last = new Map<string, LogLine>();
	const violations: Violation[] = [];
	for (const line of matchLog) {
		const key = `${line.provider} ${line.id}`;
		const before = last.get(key);
		if (before !== undefined && !before.isRefused)
			violations.push({
				rule: "LAN-5",
				what: `${matchId} ${line.id} had effect as ${before.seq}, and again as ${line.seq}`,
			});
		last.set(key, line);
		if (line.isRefused && line.provider !== TRADER && !toldWhenAsked.has(line.seq))
			violations.push({ rule: "LAN-5", what: `${matchId} ${line.id}: its provider cannot learn that it was refused` });
	}
	return violations;
}

/** LAN-1: what was answered for is there, under its number. */
function auditStored({ matchId, laneLog }: LaneMatchFacts, stored: readonly Pushed[]): Violation[] {
	return stored.flatMap(({ id, seq }) =>
		laneLog[(seq ?? 0) - 1]?.id === id
			? []
			: [{ rule: "LAN-1", what: `${matchId} ${id} was answered as stored, and is not number ${seq}` }],
	);
}
