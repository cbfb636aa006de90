/** The slip: one selection, a stake, a price policy, and one intent at a time from the click to its answer. */
import { payoutMinor } from "../../shared/betting/money.ts";
import { BET } from "../../shared/limits.ts";
import type { ReadTicket as Ticket } from "../../shared/ticket/schema.ts";
import type { PricePolicy } from "../../shared/ticket/terms.ts";
import { type NumberSpec, readNumber } from "../../shared/typed-number.ts";
import { type Answer, askFor, type Intent, keepIntent, keptIntent, lookFor } from "./bet-intent.ts";
import { setClass, setText } from "./dom.ts";
import { oddsText, offerText, refusalText } from "./format.ts";
import { onOddsFormat } from "./odds-format.ts";
import { amountText, moneyText, numberRefusalText, readerStyle, readStake, stakeRefusalText } from "./reader.ts";
import type { Session } from "./session.ts";
import { type SlipFields, slipFields } from "./slip-fields.ts";
import { type Selection, type ShownPrice, type SlipMode, slipMode } from "./slip-mode.ts";

export type BetSlipDeps = {
	readonly session: Session;
	readonly currency: string;
	readonly leastStakeMinor: number;
	/** What the page shows now of an outcome; null where it shows none. */
	readonly shown: (marketId: string, outcomeId: string) => ShownPrice | null;
	/** An id goes out: its window is counted from here. */
	readonly sent: (id: string) => void;
	readonly answered: (ticket: Ticket) => void;
	/** What a refused ticket was told would be taken is being bet: it is offered no more. */
	readonly offerTaken: (id: string) => void;
	/** The selection has changed; null: there is none. */
	readonly picked: (selection: Selection | null) => void;
};
export type BetSlip = {
	readonly element: HTMLElement;
	readonly pick: (selection: Selection) => void;
	/** The page shows something else now. */
	readonly moved: () => void;
	readonly balance: (balanceMinor: number) => void;
	/** Tickets from the socket: one of them may be the intent's. */
	readonly told: (tickets: readonly Ticket[]) => void;
	/** BET-6: bets what a refused ticket was told would be taken, as a new intent. */
	readonly takeOffer: (ticket: Ticket) => void;
};

const FLOOR: NumberSpec = { digits: 3, minScaled: BET.minOddsMilli, maxScaled: BET.maxOddsMilli };
const IN_DOUBT =
	"The platform could not be reached, and may have taken this bet. Sending it again cannot take it twice.";

export function betSlip(deps: BetSlipDeps): BetSlip {
	const slip = new Slip(deps);
	globalThis.addEventListener("online", slip.show);
	globalThis.addEventListener("offline", slip.show);
	onOddsFormat(slip.show);
	slip.recover();
	return {
		element: slip.fields.element,
		pick: (selection) => slip.pick(selection),
		moved: slip.show,
		balance: (minor) => slip.setBalance(minor),
		told: (tickets) => slip.told(tickets),
		takeOffer: (ticket) => slip.takeOffer(ticket),
	};
}

class Slip {
	readonly fields: SlipFields;
	readonly #deps: BetSlipDeps;
	#selection: Selection | null = null;
	#intent: Intent | null = null;
	#isAsking = false;
	#isSpent = false;
	#balanceMinor = 0;
	/** The bet last sent from here: the note follows it to its decision, and its offer stands below. */
	#lastId: string | null = null;
	#offered: Ticket | null = null;

	constructor(deps: BetSlipDeps) {
		this.#deps = deps;
		this.fields = slipFields(deps.currency, () => setClass(this.fields.element, "raised", false));
		const { stake, policy, floor, form, button, again, drop, offer } = this.fields;
		const changed = (): void => {
			this.#isSpent = false;
			this.show();
		};
		stake.addEventListener("input", changed);
		floor.addEventListener("input", changed);
		policy.addEventListener("change", changed);
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#press();
		});
		// The second click of a double click means what the first one did, whatever the button says by now.
		button.addEventListener("click", (event) => event.detail > 1 && event.preventDefault());
		again.addEventListener("click", changed);
		drop.addEventListener("click", () => this.#giveUp());
		offer.addEventListener("click", () => this.#offered !== null && this.takeOffer(this.#offered));
	}

	pick(selection: Selection): void {
		if (this.#intent !== null) {
			this.#note("Your last bet has no answer yet: the next one can be picked after it.");
			return;
		}
		this.#select(selection);
		this.#note("");
		this.show();
	}

	setBalance(minor: number): void {
		this.#balanceMinor = minor;
		this.show();
	}

	/** An intent that an earlier page of this tab left open: the platform may know it. */
	recover(): void {
		const intent = keptIntent(this.#deps.session.playerId);
		this.show();
		if (intent === null) return;
		this.#intent = intent;
		this.#isAsking = true;
		this.#note(`Looking for your last bet: ${intent.words}.`);
		this.show();
		void lookFor(intent, this.#deps.session).then((ticket) =>
			this.#answered(intent, ticket === null ? { kind: "in_doubt" } : { kind: "ticket", ticket }),
		);
	}

	told(tickets: readonly Ticket[]): void {
		const intent = this.#intent;
		const own = tickets.find(({ id }) => id === intent?.body.id);
		if (intent !== null && own !== undefined) this.#answered(intent, { kind: "ticket", ticket: own });
		const last = tickets.find(({ id }) => id === this.#lastId);
		if (last !== undefined && this.#intent === null && this.#selection === null) this.#tell(last);
	}

	takeOffer(ticket: Ticket): void {
		const [leg] = ticket.legs;
		if (leg === undefined || ticket.maxStakeMinor === null || this.#intent !== null) return;
		const { marketId, outcomeId, matchId, shownOddsMilli: acceptedMilli } = leg;
		const now = this.#deps.shown(marketId, outcomeId);
		if (now === null) return;
		const { marketName, outcomeName } = now;
		this.#deps.offerTaken(ticket.id);
		this.fields.stake.value = amountText(ticket.maxStakeMinor, ticket.currency);
		this.#select({ matchId, marketId, outcomeId, marketName, outcomeName, acceptedMilli });
		this.show();
		if (this.#mode().kind === "ready") this.#press();
	}

	readonly show = (): void => {
		const { element, what, moved, floorLabel, policy, button, again, drop, offer } = this.fields;
		const mode = this.#mode();
		setClass(element, "empty", mode.kind === "empty");
		setText(what, this.#selectionText());
		const isMoved = mode.kind === "ask" && this.#selection !== null;
		moved.hidden = !isMoved;
		setText(moved, isMoved ? movedText(this.#selection?.acceptedMilli ?? 0, mode.oddsMilli) : "");
		setText(button, this.#buttonText(mode));
		setClass(button, "ask", mode.kind === "ask");
		button.disabled = mode.kind !== "ready" && mode.kind !== "ask" && mode.kind !== "in_doubt";
		floorLabel.hidden = policy.value !== "any";
		offer.hidden = this.#offered === null || this.#intent !== null;
		setText(offer, this.#offered === null ? "" : offerText(this.#offered));
		again.hidden = mode.kind !== "spent" || !offer.hidden;
		drop.hidden = mode.kind !== "in_doubt";
		for (const field of [this.fields.stake, policy, this.fields.floor]) field.disabled = this.#intent !== null;
		this.#showErrors(mode);
	};

	#showErrors({ kind }: SlipMode): void {
		const { stake, stakeError, floor, floorError } = this.fields;
		const { currency, leastStakeMinor } = this.#deps;
		const read = readStake(stake.value, currency);
		const stakeWords =
			kind === "below_least"
				? `The least stake is ${moneyText(leastStakeMinor, currency)}.`
				: kind === "above_balance"
					? `Your balance is ${moneyText(this.#balanceMinor, currency)}.`
					: stakeRefusalText(read, currency);
		setText(stakeError, stakeWords);
		stake.setAttribute("aria-invalid", String(stakeWords !== ""));
		const least = this.#floor();
		const floorWords = least === null ? "" : numberRefusalText(least, FLOOR, oddsDecimal(1_850));
		setText(floorError, floorWords);
		floor.setAttribute("aria-invalid", String(floorWords !== ""));
	}

	#mode(): SlipMode {
		const { currency, leastStakeMinor } = this.#deps;
		const intent = this.#intent === null ? "none" : this.#isAsking ? "sending" : "in_doubt";
		return slipMode({
			selection: this.#selection,
			now: this.#now(),
			stake: readStake(this.fields.stake.value, currency),
			policy: policyNamed(this.fields.policy.value),
			floor: this.#floor(),
			balanceMinor: this.#balanceMinor,
			leastStakeMinor,
			isOnline: navigator.onLine,
			intent,
			isSpent: this.#isSpent,
		});
	}

	#now(leg: Pick<Selection, "marketId" | "outcomeId"> | null | undefined = this.#selection): ShownPrice | null {
		return leg === null || leg === undefined ? null : this.#deps.shown(leg.marketId, leg.outcomeId);
	}

	#floor() {
		const { value } = this.fields.floor;
		return value.trim() === "" ? null : readNumber(value, readerStyle(), FLOOR);
	}

	#select(selection: Selection | null): void {
		this.#selection = selection;
		this.#isSpent = false;
		this.#offered = null;
		// On a phone the slip stands below all markets: it comes up over them, and stays to say what becomes of the bet.
		if (selection !== null) setClass(this.fields.element, "raised", true);
		this.#deps.picked(selection);
	}

	#press(): void {
		const mode = this.#mode();
		const selection = this.#selection;
		if (mode.kind === "in_doubt" && this.#intent !== null) void this.#ask(this.#intent, true);
		if (selection === null) return;
		if (mode.kind === "ask") {
			this.#selection = { ...selection, acceptedMilli: mode.oddsMilli };
			this.#isSpent = false;
			if (this.#floor() !== null) this.fields.floor.value = oddsDecimal(mode.oddsMilli);
			this.show();
		}
		if (mode.kind !== "ready") return;
		const { matchId, marketId, outcomeId, marketName, outcomeName } = selection;
		const { stakeMinor, oddsMilli, version: marketVersion, policy } = mode;
		const { currency, session, sent } = this.#deps;
		const id = crypto.randomUUID();
		const words = `${moneyText(stakeMinor, currency)} on ${marketName}: ${outcomeName} at ${oddsText(oddsMilli)}`;
		const pricePolicy =
			policy.kind === "any" && policy.floorOddsMilli !== undefined
				? { kind: policy.kind, floorOddsMilli: policy.floorOddsMilli }
				: policy.kind;
		const legs = [{ matchId, marketId, outcomeId, oddsMilli, marketVersion }];
		const intent = { playerId: session.playerId, words, body: { id, legs, stakeMinor, currency, pricePolicy } };
		sent(id);
		void this.#ask(intent, false);
	}

	async #ask(intent: Intent, wasInDoubt: boolean): Promise<void> {
		this.#intent = intent;
		this.#isAsking = true;
		keepIntent(intent);
		this.#note("");
		this.show();
		const isOpen = (): boolean => this.#intent === intent;
		this.#answered(intent, await askFor(intent, this.#deps.session, isOpen, wasInDoubt));
	}

	#answered(intent: Intent, answer: Answer): void {
		const isOpen = this.#intent === intent;
		if (isOpen && answer.kind === "in_doubt") {
			this.#isAsking = false;
			this.#note(`${IN_DOUBT} (${intent.words})`);
		}
		if (isOpen && answer.kind !== "in_doubt") {
			this.#end();
			const isTaken = answer.kind === "ticket" && answer.ticket.status !== "refused";
			// What was taken leaves the slip: the next bet begins with a pick, so that no click too many can be one.
			if (isTaken) this.#select(null);
			else this.#isSpent = this.#selection !== null;
			this.#lastId = intent.body.id;
			if (answer.kind === "ticket") this.#tell(answer.ticket);
			else this.#note(answer.message);
		}
		if (answer.kind === "ticket") this.#deps.answered(answer.ticket);
		this.show();
	}

	#giveUp(): void {
		this.#end();
		this.#isSpent = this.#selection !== null;
		this.#note("Given up here. Had it arrived all the same, it stands among your bets.");
		this.show();
	}

	#end(): void {
		this.#intent = null;
		this.#isAsking = false;
		keepIntent(null);
	}

	#tell(ticket: Ticket): void {
		this.#note(fateText(ticket));
		this.#offered = offerText(ticket) !== "" && this.#now(ticket.legs[0]) !== null ? ticket : null;
		this.show();
	}

	#note(words: string): void {
		setText(this.fields.note, words);
	}

	#selectionText(): string {
		if (this.#selection === null) return this.#intent?.words ?? "Click a price to bet on it.";
		const { marketName, outcomeName, acceptedMilli } = this.#selection;
		const now = this.#now();
		return `${marketName}: ${outcomeName} at ${oddsText(now?.oddsMilli ?? acceptedMilli)}${now?.open === true ? "" : " (not open now)"}`;
	}

	#buttonText(mode: SlipMode): string {
		switch (mode.kind) {
			case "ready":
				return this.#readyText(mode);
			case "ask":
				return `Accept ${oddsText(mode.oddsMilli)}`;
			case "sending":
				return "Sending your bet";
			case "in_doubt":
				return "Send it again";
			case "offline":
				return "No connection";
			case "closed":
				return "Not open now";
			case "empty":
			case "spent":
			case "bad_stake":
			case "bad_floor":
			case "below_least":
			case "above_balance":
				return "Place bet";
		}
	}

	#readyText({ stakeMinor, oddsMilli, policy }: Extract<SlipMode, { kind: "ready" }>): string {
		const { currency } = this.#deps;
		const bet = `Bet ${moneyText(stakeMinor, currency)}`;
		const at = oddsText(oddsMilli);
		if (policy.kind === "any")
			// No return is promised where any price will do.
			return policy.floorOddsMilli === undefined
				? `${bet} at any price, now ${at}`
				: `${bet} at ${oddsText(policy.floorOddsMilli)} or more, now ${at}`;
		const back = moneyText(payoutMinor(stakeMinor, [oddsMilli]), currency);
		return `${bet} at ${at}${policy.kind === "better" ? " or better" : ""} to return ${back}`;
	}
}

function policyNamed(value: string): PricePolicy["kind"] {
	return value === "any" || value === "none" ? value : "better";
}

const oddsDecimal = (oddsMilli: number): string =>
	(oddsMilli / 1_000).toFixed(3).replace(/0$/, "").replace(".", readerStyle().decimal);

function movedText(fromMilli: number, toMilli: number): string {
	if (fromMilli === toMilli) return `The price is ${oddsText(toMilli)}, below your least price.`;
	const mark = toMilli > fromMilli ? "▲" : "▼";
	return `${mark} The price moved from ${oddsText(fromMilli)} to ${oddsText(toMilli)}.`;
}

/** What has become of a bet, in the slip's note. */
function fateText(ticket: Ticket): string {
	switch (ticket.status) {
		case "pending":
			return "Your bet is placed and waits for its decision.";
		case "accepted":
			return `Your bet is accepted at ${oddsText(ticket.totalOddsMilli ?? 0)}.`;
		case "refused":
			return `Your bet is refused: ${refusalText(ticket.code ?? "")}.`;
		case "settled":
			return "Your bet is settled.";
	}
}
