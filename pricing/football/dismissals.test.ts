import { describe, expect, test } from "vitest";
import type { Input, Lineup } from "../../shared/feeds/canonical.ts";
import { paramsOf, play } from "../../testing/football.ts";
import { AT, betStart, cancellation, incident, phase } from "../../testing/football-inputs.ts";
import { football } from "./football.ts";
import type { FootballState } from "./state.ts";

const PARAMS = paramsOf(2.7, 0.2);
const NONE = { withdraw: "none", until: "self" };
const AT_ONCE = { withdraw: "all", until: "self" };
const UNTIL_FEED = { withdraw: "all", until: "feed" };

const red = (incidentId: string, more: Partial<Input> = {}, side: "home" | "away" = "home"): Input =>
	({ ...incident("red_card", side, incidentId), ...more }) as Input;
const change = (incidentId: string, more: object, side: "home" | "away" = "home"): Input =>
	({ ...incident("corner", side, incidentId), incident: "substitution", ...more }) as Input;
const correction = (incidentId: string, more: object): Input =>
	({ ...incident("red_card", "home", incidentId), id: `c-${incidentId}`, kind: "correction", ...more }) as Input;

const ELEVEN = ["Reina", "Ito", "Diaz", "Berg", "Novak", "Okoye", "Silva", "Kim", "Rossi", "Marin", "Haas"];
const lineup = (over: Partial<Lineup> = {}): Lineup => ({
	starters: ELEVEN,
	substitutes: ["Weber", "Sousa", "Lund"],
	...over,
});
const AWAY: Lineup = { starters: ["Adams"], substitutes: ["Brown"] };
const lineups = (home: Lineup): Input =>
	({ ...phase("first_half", 60), clock: undefined, lineups: { home, away: AWAY } }) as Input;

const START = [phase("first_half", 60)];
const KNOWN = [...START, lineups(lineup())];
const ITO_OFF = change("s1", { player: "Weber", playerOut: "Ito", clockSec: 1_200 });
const redsOf = (inputs: readonly Input[], from?: FootballState) => football.scoreView(play(inputs, from)).reds.home;
const pricesOf = (state: FootballState) => football.book(state, PARAMS, AT);

describe("[MAT-1] a red card to somebody who is not on the pitch", () => {
	test.each(["bench", "substituted", "staff"] as const)("moves no price and withdraws nothing: %s", (recipient) => {
		const before = play(START);
		const card = red("r", { recipient, player: "Ito" } as Partial<Input>);
		expect(football.effect(before, card)).toEqual(NONE);
		const after = play([card], before);
		expect(pricesOf(after)).toEqual(pricesOf(before));
		expect(football.scoreView(after).reds).toEqual({ home: 0, away: 0 });
	});

	test("is listed with its words; a player's is the card alone", () => {
		const state = play([
			...START,
			red("a", { recipient: "staff", player: "Mister" } as Partial<Input>),
			red("b", { recipient: "bench" } as Partial<Input>),
			red("c", { recipient: "substituted", player: "Ito", detail: "straight" } as Partial<Input>),
			red("d", { recipient: "player", player: "Kim" } as Partial<Input>),
			change("e", { player: "Weber", playerOut: "Ito" }),
			change("f", { playerOut: "Kim" }),
			change("g", { player: "Lund" }),
		]);
		expect(football.incidents(state).map(({ text }) => text)).toEqual([
			"Red card: Mister, staff",
			"Red card, on the bench",
			"Red card: Ito, substituted before (straight)",
			"Red card: Kim",
			"Substitution: Weber for Ito",
			"Substitution: somebody for Kim",
			"Substitution: Lund",
		]);
	});

	test("every other red card stops betting until the feed's word", () => {
		for (const recipient of ["player", undefined] as const) {
			const card = red("r", { recipient } as Partial<Input>);
			expect(football.effect(play(START), card)).toEqual(UNTIL_FEED);
			expect(redsOf([...START, card])).toBe(1);
		}
	});

	test("[SET-1] a correction of who was shown it withdraws, and prices again", () => {
		const staff = red("r", { recipient: "staff" } as Partial<Input>);
		const player = play([...START, red("r"), betStart()]);
		for (const [from, told, reds] of [
			[play([...START, staff]), {}, 1],
			[player, { recipient: "bench" }, 0],
		] as const) {
			const corrected = correction("r", told);
			expect(football.effect(from, corrected)).toEqual(AT_ONCE);
			expect(redsOf([corrected], from)).toBe(reds);
			const expected = reds === 1 ? player : play(START);
			expect(pricesOf(play([corrected], from))).toEqual(pricesOf(expected));
		}
	});
});

describe("[MAT-1] a card told again under its own id", () => {
	const staff = { recipient: "staff", player: "Ito" } as Partial<Input>;
	const player = { player: "Ito" } as Partial<Input>;
	test.each<[string, Input, Input, unknown, number]>([
		["in the same words says nothing new", red("r", staff), red("r", staff), NONE, 0],
		["as a player's leaves a side with one fewer", red("r", staff), red("r", player), UNTIL_FEED, 1],
		["as one to staff gives the side its player back", red("r", player), red("r", staff), AT_ONCE, 0],
		[
			"as a yellow one gives the side its player back",
			red("r", player),
			{ ...red("r", player), incident: "yellow_card" } as Input,
			AT_ONCE,
			0,
		],
	])("%s", (_name, first, again, effect, reds) => {
		const before = play([...START, first]);
		expect(football.effect(before, again)).toEqual(effect);
		expect(redsOf([again], before)).toBe(reds);
	});
});

describe("[MAT-1] who is off the pitch is concluded only where it is certain", () => {
	const card = (player: string, clockSec = 1_500): Input => red("r", { player, clockSec } as Partial<Input>);

	test("a named player whom a substitution took off before, or who never came on", () => {
		for (const player of ["Ito", "Sousa"]) {
			const before = play([...KNOWN, ITO_OFF]);
			expect(redsOf([card(player)], before), player).toBe(0);
			expect(football.effect(before, card(player))).toEqual(NONE);
		}
	});

	test.each<[string, readonly Input[], Input]>([
		["no line-up is known", [...START, ITO_OFF], card("Ito")],
		["he came on", [...KNOWN, ITO_OFF], card("Weber")],
		["he is not named", [...KNOWN, ITO_OFF], red("r")],
		["the name is another", [...KNOWN, ITO_OFF], card("M. Ito")],
		["two have the name", [...START, lineups(lineup({ substitutes: ["Ito", "Weber"] })), ITO_OFF], card("Ito")],
		["he went off later", [...KNOWN, ITO_OFF], card("Ito", 1_080)],
		[
			"he went off in the other side",
			[...KNOWN, change("s1", { player: "Brown", playerOut: "Ito" }, "away")],
			card("Ito"),
		],
		["the change is cancelled", [...KNOWN, ITO_OFF, cancellation("s1")], card("Ito")],
		["a starter is told to have come on again", [...KNOWN, ITO_OFF, change("s2", { player: "Ito" })], card("Ito")],
		["a change does not say who came on", [...KNOWN, change("s1", { playerOut: "Kim" })], card("Sousa")],
		["a change does not say who went off", [...KNOWN, change("s1", { player: "Lund" })], card("Sousa")],
		["a change does not say of which side", [...KNOWN, { ...ITO_OFF, side: undefined } as Input], card("Sousa")],
	])("and counts as on it where %s", (_name, inputs, told) => {
		const before = play(inputs);
		expect(redsOf([told], before)).toBe(1);
		expect(football.effect(before, told)).toEqual(UNTIL_FEED);
	});

	test("a substitute who came on and was taken off is off", () => {
		const off = change("s2", { player: "Lund", playerOut: "Weber", clockSec: 1_320 });
		expect(redsOf([...KNOWN, ITO_OFF, off, card("Weber")])).toBe(0);
	});

	test("within a minute the order in which they are told counts", () => {
		const [off, sent] = [change("s1", { player: "Weber", playerOut: "Ito", clockSec: 1_230 }), card("Ito", 1_205)];
		expect(redsOf([...KNOWN, off, sent])).toBe(0);
		expect(redsOf([...KNOWN, sent, off])).toBe(1);
	});

	test("a substitution or a line-up told late withdraws where it changes who is on the pitch, and only there", () => {
		const sent = play([...KNOWN, card("Ito")]);
		expect(football.effect(sent, ITO_OFF)).toEqual(AT_ONCE);
		expect(redsOf([ITO_OFF], sent)).toBe(0);
		expect(football.effect(play(KNOWN), ITO_OFF)).toEqual(NONE);
		expect(football.effect(sent, change("s9", { player: "Lund", playerOut: "Kim" }))).toEqual(NONE);
		const unknown = play([...START, ITO_OFF, card("Ito")]);
		expect(football.effect(unknown, lineups(lineup()))).toEqual(AT_ONCE);
		expect(football.effect(play(START), lineups(lineup()))).toEqual(NONE);
		expect(football.effect(unknown, phase("first_half", 90))).toEqual(NONE);
	});
});

test("[MAT-1] a goal told again under its own id as something else withdraws: the score is another", () => {
	const before = play([...START, incident("goal", "home", "g"), betStart()]);
	const corner = incident("corner", "home", "g");
	expect(football.effect(before, corner)).toEqual(AT_ONCE);
	expect(football.scoreView(play([corner], before)).home).toBe(0);
	expect(football.effect(before, incident("corner", "home", "c"))).toEqual(NONE);
});

describe("[MAT-1] how many are off", () => {
	test("a second red card of one named player counts once; of two of one name, or of nobody named, twice", () => {
		const ito = (id: string): Input => red(id, { player: "Ito" } as Partial<Input>);
		expect(redsOf([...START, ito("a"), ito("b")])).toBe(1);
		expect(redsOf([...START, ito("a"), red("b", { player: "Kim" } as Partial<Input>)])).toBe(2);
		expect(redsOf([...START, ito("a"), ito("b"), cancellation("a")])).toBe(1);
		expect(redsOf([...START, red("a"), red("b")])).toBe(2);
		const twins = lineups(lineup({ starters: ["Ito", ...ELEVEN] }));
		expect(redsOf([...START, twins, ito("a"), ito("b")])).toBe(2);
		const away = red("b", { player: "Ito" } as Partial<Input>, "away");
		expect(football.scoreView(play([...START, ito("a"), away])).reds).toEqual({ home: 1, away: 1 });
	});

	test("with fewer than seven on a side nothing is on sale until a card is taken back", () => {
		const four = play([...START, ...["a", "b", "c", "d"].map((id) => red(id)), betStart()]);
		expect(pricesOf(four).length).toBeGreaterThan(10);
		const bench = play([red("e", { recipient: "bench" } as Partial<Input>)], four);
		expect(pricesOf(bench)).toEqual(pricesOf(four));
		const five = play([red("e"), betStart()], four);
		expect(pricesOf(five)).toEqual([]);
		expect(football.ended(five)).toBe(false);
		expect(pricesOf(play([cancellation("e")], five))).toEqual(pricesOf(four));
	});
});
