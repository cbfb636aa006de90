/**
 * A page that stays open through every kill: the real client library on a real socket, with a match, the lobby and a
 * player's own topic. What it shows must in the end be what the authority says (FRM-2).
 */
import { subscribeLobby, subscribeMatch, subscribeMe, TouchlineClient } from "../../client/index.ts";
import type { MatchView } from "../../shared/protocol/match-view.ts";
import type { Me } from "../../shared/protocol/me-view.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import type { Player } from "./bettor.ts";
import { getJson, sleep, type World, within } from "./world.ts";

/** A client in a region whose relay has lost it comes back within seconds; a match in play moves once a second meanwhile. */
const AGREE_MS = 20_000;
/** Views kept, so that an image is found among them although the match has moved on: at a change a second ample. */
const KEPT_VIEWS = 100;
/** Images of a match in play that must each reach the client, taken further apart than the edge keeps one. */
const SAMPLES = 5;
const SAMPLE_MS = 1_100;
const SAMPLE_ARRIVES_MS = 5_000;
/** On a busy machine the client may lose its connection meanwhile, and gets an image instead of what it missed. */
const ROUNDS = 3;

type Image = Pick<MatchView, "stale" | "state" | "markets">;

export class Witness {
	readonly #world: World;
	readonly #client: TouchlineClient;
	readonly #player: Player;
	readonly #views = new Map<string, string[]>();
	#me: Me | null = null;
	#opened = 0;
	#updates = 0;
	#interruptions = 0;

	constructor(world: World, player: Player, matchIds: readonly string[]) {
		this.#world = world;
		this.#player = player;
		this.#client = new TouchlineClient({
			url: `${world.url.replace("http", "ws")}/v1/stream`,
			quickRetry: true,
			onStatus: ({ state }) => {
				if (state === "open") this.#opened++;
			},
		});
		subscribeLobby(this.#client, () => this.#updates++);
		subscribeMe(this.#client, player.token, ({ state, stale }) => {
			this.#me = stale ? null : state;
		});
		for (const matchId of matchIds) {
			const views: string[] = [];
			this.#views.set(matchId, views);
			subscribeMatch(this.#client, matchId, ({ state, stale }) => {
				this.#updates++;
				// What it shows as stale it does not stand for.
				if (stale) this.#interruptions++;
				if (state === null || stale) return;
				views.push(bookOf(state));
				if (views.length > KEPT_VIEWS) views.shift();
			});
		}
	}

	/** How often it has come back after its first connect. */
	get resumes(): number {
		return Math.max(0, this.#opened - 1);
	}

	get updates(): number {
		return this.#updates;
	}

	/** In words, where its books are not the matches'; empty where all is the same. Prices may move meanwhile. */
	async disagreementsOfMatches(): Promise<readonly string[]> {
		const matches = [...this.#views].map(async ([matchId, views]): Promise<readonly string[]> => {
			let shown = "nothing";
			const agreed = await within(AGREE_MS, async () => {
				const image = await getJson<Image>(this.#world, `/v1/matches/${matchId}`);
				shown = image.stale ? "stale" : bookOf(image);
				return views.includes(shown) ? true : null;
			});
			return agreed === true
				? []
				: [`the client's book of ${matchId} is ${views.at(-1)?.slice(0, 300)}, the match's is ${shown.slice(0, 300)}`];
		});
		return (await Promise.all(matches)).flat();
	}

	/** Whether every book of a match in play reaches the client, one after the other, and not only the last; in words, if not. */
	async missedBooks(matchId: string): Promise<readonly string[]> {
		const views = this.#views.get(matchId) ?? [];
		for (let round = 0; round < ROUNDS; round++) {
			const interruptions = this.#interruptions;
			const missed: string[] = [];
			for (let n = 0; n < SAMPLES; n++) {
				const image = await getJson<Image>(this.#world, `/v1/matches/${matchId}`);
				const shown = bookOf(image);
				const came = await within(SAMPLE_ARRIVES_MS, async () => (views.includes(shown) ? true : null));
				if (came === null) missed.push(shown);
				await sleep(SAMPLE_MS);
			}
			if (missed.length === 0) return [];
			if (this.#interruptions === interruptions)
				return [
					`${missed.length} of ${SAMPLES} books of ${matchId} never reached the client: ${missed[0]?.slice(0, 300)}`,
				];
		}
		return [];
	}

	/** The same of the player's own topic; nothing may be betting or settled meanwhile. */
	async disagreementsOfMe(): Promise<readonly string[]> {
		let wrong = "nothing was shown";
		const agreed = await within(AGREE_MS, async () => {
			const { token } = this.#player;
			const me = await getJson<{ balanceMinor: number; heldMinor: number }>(this.#world, "/v1/me", token);
			const { bets } = await getJson<{ bets: readonly TicketView[] }>(this.#world, "/v1/me/bets?limit=50", token);
			wrong = this.#me === null ? "nothing was shown" : (differenceOfMe(this.#me, me, bets) ?? "");
			return wrong === "" ? true : null;
		});
		return agreed === true ? [] : [`the client's own topic of ${this.#player.playerId}: ${wrong}`];
	}

	close(): void {
		this.#client.close();
	}
}

/** Score, phase and every market with its status, version and prices, as one text. */
function bookOf({ state, markets }: Pick<MatchView, "state" | "markets">): string {
	const { phase, score } = state;
	const rows = markets.map(({ marketId, status, version, outcomes }) =>
		[marketId, status, version, ...outcomes.map(({ oddsMilli, result }) => oddsMilli ?? result)].join(" "),
	);
	return [`${phase} ${score.home}-${score.away}`, ...rows].join("; ");
}

function differenceOfMe(
	shown: Me,
	me: { readonly balanceMinor: number; readonly heldMinor: number },
	bets: readonly TicketView[],
): string | null {
	if (shown.me.balanceMinor !== me.balanceMinor || shown.me.heldMinor !== me.heldMinor)
		return `it shows ${shown.me.balanceMinor} and ${shown.me.heldMinor} held, the wallet has ${me.balanceMinor} and ${me.heldMinor}`;
	const known = new Map(bets.map((bet) => [bet.id, bet]));
	for (const { id, status, ticketVersion } of shown.tickets) {
		const bet = known.get(id);
		if (bet?.status !== status || bet.ticketVersion !== ticketVersion)
			return `it shows ${id} as ${status} (${ticketVersion}), the wallet as ${bet?.status} (${bet?.ticketVersion})`;
	}
	return shown.tickets.length < Math.min(bets.length, 15) ? `it shows ${shown.tickets.length} tickets only` : null;
}
