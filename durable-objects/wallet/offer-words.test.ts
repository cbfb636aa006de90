/** Offers in today's words and in those of release 0.2.0: what its wallets stored and say, and what its desks read. */
import { describe, expect, test } from "vitest";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import {
	type FormerOfferRequest,
	formerOffer,
	type OfferCall,
	type OfferRequest,
	offerOf,
	offerRequestSchema,
} from "../../shared/contracts/offers.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { ContractFault } from "../../shared/errors.ts";
import { RETRY } from "../../shared/limits.ts";
import { opening, PLAYER_ID, request, yes } from "../../testing/wallet.ts";
import { createTestWorld } from "../../testing/world.ts";
import { WalletActor } from "./actor.ts";

const WALLET = "wallet:weur:0";
const KEY = `${PLAYER_ID}/ticket-0001`;
const openTokens = {
	sign: async (payload: unknown) => JSON.stringify(payload),
	verify: async (token: string) => JSON.parse(token),
};

/** A double of 0.2.0 as its wallet stored it, and as it offered the first of its legs. */
const STORED = `{"partnerId":"demo","licence":"generic","rate":{"num":1,"den":1,"day":"2026-11-24"},"maxPayoutMinor":10000000,"houseRulesVersion":"2026-11","deadlineMs":1781136039000,"key":"p_weur_00000000000000aa/ticket-0001","playerId":"p_weur_00000000000000aa","ticketId":"ticket-0001","content":"[[[\\"m0\\",\\"1x2\\",\\"home\\",2000,7],[\\"m1\\",\\"1x2\\",\\"home\\",1900,null]],1000,\\"EUR\\",[\\"any\\",1800]]","status":"pending","code":null,"maxStakeMinor":null,"stakeMinor":1000,"currency":"EUR","pricePolicy":{"kind":"any","floorOddsMilli":1800},"returnMinor":null,"placedAtMs":1781136000000,"decidedAtMs":null,"settledAtMs":null,"version":1,"legs":[{"legNo":0,"desk":"desk:m0:weur","matchId":"m0","marketId":"1x2","outcomeId":"home","shownOddsMilli":2000,"marketVersion":7,"matchStateAtRequest":null,"vote":null,"settlementVersion":0,"outcome":null},{"legNo":1,"desk":"desk:m1:weur","matchId":"m1","marketId":"1x2","outcomeId":"home","shownOddsMilli":1900,"marketVersion":null,"matchStateAtRequest":null,"vote":null,"settlementVersion":0,"outcome":null}]}`;
const FORMER_LEG = {
	ticketKey: KEY,
	legNo: 0,
	partnerId: "demo",
	licence: "generic",
	view: "standard",
	marketId: "1x2",
	outcomeId: "home",
	oddsMilli: 2_000,
	marketVersion: 7,
	pricePolicy: { kind: "any", floorOddsMilli: 1_800 },
	stakeMinor: 1_000,
	currency: "EUR",
	rate: { num: 1, den: 1, day: "2026-11-24" },
	maxPayoutMinor: 10_000_000,
	legCount: 2,
	deskCount: 2,
	maxHoldMs: 10_000,
	feedQuietMs: 12_000,
	allowInPlay: true,
	allowPreMatch: true,
} as const;
const to = (desk: string) => ({ desk, matchId: desk.split(":")[1] ?? "", region: "weur", wallet: WALLET }) as const;
const FORMER: FormerOfferRequest = { v: 1, ...to("desk:m0:weur"), legs: [FORMER_LEG] };
const { ticketKey, legNo, marketId, outcomeId, oddsMilli, marketVersion, ...terms } = FORMER_LEG;
const OFFER: OfferRequest = {
	v: 2,
	...to("desk:m0:weur"),
	offers: [{ ticketKey, terms, legs: [{ legNo, marketId, outcomeId, oddsMilli, marketVersion }] }],
};
const SECOND: OfferRequest = {
	v: 2,
	...to("desk:m1:weur"),
	offers: [{ ticketKey, terms, legs: [{ legNo: 1, marketId, outcomeId, oddsMilli: 1_900 }] }],
};

describe("[RUN-5] an offer in the words of the release before", () => {
	test("is read as the same in today's, and said to whoever reads no others", () => {
		expect(offerOf(decodeRpc("offer", offerRequestSchema, FORMER))).toEqual(OFFER);
		expect(offerOf(decodeRpc("offer", offerRequestSchema, OFFER))).toEqual(OFFER);
		expect(formerOffer(OFFER)).toEqual(FORMER);
		const { marketVersion: _, ...unnamed } = FORMER_LEG;
		const former: FormerOfferRequest = {
			v: 1,
			...to("desk:m1:weur"),
			legs: [{ ...unnamed, legNo: 1, oddsMilli: 1_900 }],
		};
		expect([offerOf(former), formerOffer(SECOND)]).toEqual([SECOND, former]);
	});
});

/** A wallet whose desks read what `reads` says and vote yes; `calls` has what each was told. */
async function setUp(reads: (desk: string) => readonly number[]) {
	const world = createTestWorld();
	const calls: OfferCall[] = [];
	const desk = (name: string): Partial<DeskRpc> => ({
		offer: async (call) => {
			calls.push(call);
			if (!reads(name).includes(call.v)) throw new ContractFault("desk.offer", []);
			return {
				v: 1,
				legs: offerOf(call).offers.flatMap((offer) =>
					offer.legs.map((leg) => yes({ key: offer.ticketKey }, leg.legNo, 2_000)),
				),
			};
		},
	});
	const start = () =>
		new WalletActor({
			ports: world.ports("wallet"),
			name: WALLET,
			tokens: openTokens,
			desk: (name) => desk(name) as DeskRpc,
			sendReports: async () => {},
			sendToReader: () => false,
		});
	const first = start();
	const created = first.createPlayer(opening({ wallet: WALLET }));
	await world.settle();
	const { token } = await created;
	const place = async (actor: WalletActor, id: string, ...odds: readonly number[]) => {
		const placed = actor.place({ ...request(odds, { id, stakeMinor: 100 }), token });
		await world.advance(2 * RETRY.offerMs);
		const answer = await placed;
		return answer.kind === "ticket" ? answer.ticket.status : answer.code;
	};
	const words = () => calls.splice(0).map(({ v, desk: name }) => `${name.split(":")[1]} ${v}`);
	return { world, calls, first, start, place, words };
}

test("[RUN-5] a ticket that a wallet of the release before has stored is offered in today's words", async () => {
	const { world, calls, start } = await setUp(() => [2]);
	const { sql } = world.ports("wallet");
	sql.exec("INSERT INTO tickets VALUES (?, ?, 'pending', 1781136000000, 1781136039000, ?)", KEY, PLAYER_ID, STORED);
	world.crash("wallet");
	start();
	await world.settle();
	expect(calls).toEqual([OFFER, SECOND]);
});

test("[RUN-5] a desk that refuses today's words is told in those before, and by then in either; others are not", async () => {
	let read: readonly number[] = [1];
	const { first, place, words } = await setUp((desk) => (desk === "desk:m0:weur" ? read : [2]));
	expect(await place(first, "ticket-0001", 2_000, 2_000)).toBe("accepted");
	expect(words()).toEqual(["m0 2", "m1 2", "m0 1"]);
	expect(await place(first, "ticket-0002", 2_000)).toBe("accepted");
	expect(words()).toEqual(["m0 1"]);
	// A deploy has reached it, and it was the last one to read the former words.
	read = [2];
	expect(await place(first, "ticket-0003", 2_000)).toBe("accepted");
	expect(words()).toEqual(["m0 1", "m0 2"]);
});
