/**
 * The floor of the runtime: objects that make a bet's calls and writes, and a publisher that sends a text to its sockets, and nothing
 * else. No schema but JSON's, no outbox, no repetition, no rule: what is slower here is the platform's own.
 */
import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { decode, parseJson } from "../../../shared/decode.ts";
import { verifyBody } from "../../../shared/feeds/signature.ts";
import { FEED } from "../../../shared/limits.ts";
import { frameOf } from "../frame.ts";
import { type Bet, batched, type Decided } from "./bet.ts";

type Env = {
	readonly WALLET: DurableObjectNamespace<Wallet>;
	readonly DESK: DurableObjectNamespace<Desk>;
	readonly MATCH: DurableObjectNamespace<Match>;
	readonly SECRET: string;
	readonly IMAGE_BYTES: string;
	readonly GOAL_BYTES: string;
	readonly DELTA_BYTES: string;
};

const WALLETS = 2;
const WATCHED = "watched";
const TAKE =
	"INSERT INTO accounts VALUES (?, ?) ON CONFLICT (player) DO UPDATE SET balance = balance + excluded.balance";
const ENTER = "INSERT INTO entries (ticket, account, amount) VALUES (?, ?, ?), (?, 'house', ?)";
const ODDS_MILLI = 2_000;

/** Takes stakes, asks desks and accepts, each in batches of its own: what comes while one is under way goes into the next. */
export class Wallet extends DurableObject<Env> {
	readonly #take = batched((bets: readonly Bet[]) => this.#commit(bets, this.#hold));
	readonly #accept = batched((bets: readonly Bet[]) => this.#commit(bets, this.#post));
	readonly #lines = new Map<string, (bet: Bet) => Promise<Decided>>();

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		ctx.storage.sql.exec(`CREATE TABLE IF NOT EXISTS accounts (player TEXT PRIMARY KEY, balance INTEGER NOT NULL);
			CREATE TABLE IF NOT EXISTS tickets (id TEXT PRIMARY KEY, player TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL);
			CREATE TABLE IF NOT EXISTS entries (n INTEGER PRIMARY KEY, ticket TEXT NOT NULL, account TEXT NOT NULL, amount INTEGER NOT NULL)`);
	}

	async place(bet: Bet): Promise<Decided> {
		await this.#take(bet);
		const decided = await this.#lineTo(bet.matchId)(bet);
		await this.#accept(bet);
		return decided;
	}

	#lineTo(matchId: string): (bet: Bet) => Promise<Decided> {
		const line = this.#lines.get(matchId) ?? batched((bets) => this.env.DESK.getByName(matchId).offer([...bets]));
		this.#lines.set(matchId, line);
		return line;
	}

	readonly #hold = (bet: Bet): void => {
		const { sql } = this.ctx.storage;
		sql.exec(TAKE, bet.playerId, -bet.stakeMinor);
		sql.exec("INSERT INTO tickets VALUES (?, ?, 'pending', ?)", bet.id, bet.playerId, JSON.stringify(bet));
	};

	readonly #post = ({ id, playerId, stakeMinor }: Bet): void => {
		const { sql } = this.ctx.storage;
		sql.exec("UPDATE tickets SET status = 'accepted' WHERE id = ?", id);
		sql.exec(ENTER, id, playerId, -stakeMinor, id, stakeMinor);
	};

	async #commit(bets: readonly Bet[], write: (bet: Bet) => void): Promise<readonly true[]> {
		this.ctx.storage.transactionSync(() => {
			for (const bet of bets) write(bet);
		});
		await this.ctx.storage.sync();
		return bets.map(() => true);
	}
}

/** Asks its match once a batch and stores the legs. */
export class Desk extends DurableObject<Env> {
	readonly #leg: (bets: readonly Bet[]) => Promise<readonly Decided[]>;

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		ctx.storage.sql.exec(
			"CREATE TABLE IF NOT EXISTS legs (id TEXT PRIMARY KEY, market TEXT NOT NULL, outcome TEXT NOT NULL, risk INTEGER NOT NULL)",
		);
		this.#leg = batched(async (groups) => {
			const decided = await this.#reserve(groups.flat());
			return groups.map((group) => group.map(({ id }) => ({ id, oddsMilli: decided })));
		});
	}

	async offer(bets: readonly Bet[]): Promise<Decided[]> {
		return [...(await this.#leg(bets))];
	}

	async #reserve(bets: readonly Bet[]): Promise<number> {
		const matchId = bets[0]?.matchId ?? "";
		const { oddsMilli } = await this.env.MATCH.getByName(matchId).confirm(bets.length);
		this.ctx.storage.transactionSync(() => {
			for (const { id, marketId, outcomeId, stakeMinor } of bets)
				this.ctx.storage.sql.exec("INSERT INTO legs VALUES (?, ?, ?, ?)", id, marketId, outcomeId, stakeMinor);
		});
		await this.ctx.storage.sync();
		return oddsMilli;
	}
}

/** Grants exposure in one write; and sends what is pushed to all its sockets. */
export class Match extends DurableObject<Env> {
	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS grants (one INTEGER PRIMARY KEY, n INTEGER NOT NULL)");
	}

	async confirm(count: number): Promise<{ oddsMilli: number }> {
		this.ctx.storage.sql.exec(
			"INSERT INTO grants VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET n = n + excluded.n",
			count,
		);
		return { oddsMilli: ODDS_MILLI };
	}

	async push(kinds: readonly string[]): Promise<void> {
		for (const kind of kinds) {
			const isGoal = kind === "incident";
			const what = isGoal ? "goal" : kind === "cancellation" ? "open" : kind;
			const text = frameOf(what, Number(isGoal ? this.env.GOAL_BYTES : this.env.DELTA_BYTES));
			for (const socket of this.ctx.getWebSockets()) socket.send(text);
		}
	}

	override async fetch(): Promise<Response> {
		const [client, server] = Object.values(new WebSocketPair());
		if (client === undefined || server === undefined) throw new Error("no socket pair");
		this.ctx.acceptWebSocket(server);
		server.send(frameOf("image", Number(this.env.IMAGE_BYTES)));
		return new Response(null, { status: 101, webSocket: client });
	}
}

const legSchema = v.object({ matchId: v.string(), marketId: v.string(), outcomeId: v.string() });
const placeSchema = v.object({ id: v.string(), stakeMinor: v.number(), legs: v.tuple([legSchema]) });
const messagesSchema = v.array(v.object({ kind: v.string() }));

const encoder = new TextEncoder();
let key: Promise<CryptoKey> | null = null;

/** Whose token it is, as the other peers sign theirs; null where nobody did. */
async function playerOf(secret: string, header: string | null): Promise<string | null> {
	const [, playerId = "", hex = ""] = /^Bearer ([^.]+)\.([0-9a-f]{64})$/.exec(header ?? "") ?? [];
	key ??= crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
	const mac = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
	return (await crypto.subtle.verify("HMAC", await key, mac, encoder.encode(playerId))) ? playerId : null;
}

async function place(request: Request, env: Env): Promise<Response> {
	const playerId = await playerOf(env.SECRET, request.headers.get("authorization"));
	const decoded = decode(placeSchema, parseJson(await request.text()));
	if (playerId === null || !decoded.ok) return new Response(null, { status: 400 });
	const { id, stakeMinor, legs } = decoded.value;
	const wallet = env.WALLET.getByName(String(playerId.charCodeAt(playerId.length - 1) % WALLETS));
	const { oddsMilli } = await wallet.place({ id, playerId, stakeMinor, ...legs[0] });
	return Response.json({ id, status: "accepted", code: null, oddsMilli });
}

async function push(request: Request, env: Env): Promise<Response> {
	const body = await request.text();
	const [timestamp, signature] = ["timestamp", "signature"].map((name) => request.headers.get(`touchline-${name}`));
	const signed = { timestamp: timestamp ?? null, signature: signature ?? null };
	const verdict = await verifyBody([env.SECRET], signed, body, Date.now(), FEED.signatureToleranceMs);
	const messages = decode(messagesSchema, parseJson(body));
	if (verdict !== "valid" || !messages.ok) return new Response(null, { status: 400 });
	await env.MATCH.getByName(WATCHED).push(messages.value.map(({ kind }) => kind));
	return new Response(null, { status: 202 });
}

export default {
	fetch(request, env): Response | Promise<Response> {
		const { pathname } = new URL(request.url);
		if (request.headers.get("upgrade") === "websocket") return env.MATCH.getByName(WATCHED).fetch(request);
		if (request.method === "POST" && pathname === "/v1/bets") return place(request, env);
		if (request.method === "POST" && pathname === "/push") return push(request, env);
		return new Response("ready");
	},
} satisfies ExportedHandler<Env>;
