/** What every route works with: configuration, clients of the objects, the caller's region and identity. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { rpcClient } from "../../durable-objects/runtime/stubs.ts";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import { BOARD_NAME, matchName, REGIONS, type Region, walletNameOf } from "../../shared/contracts/ids.ts";
import type { LaneRpc } from "../../shared/contracts/lane.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import { playerIdOfToken } from "../../shared/contracts/token.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import type { FieldError, ProblemCode } from "../../shared/errors.ts";
import { RETRY } from "../../shared/limits.ts";
import type { EdgeConfig } from "./config.ts";

export type EdgeBindings = {
	readonly Bindings: EdgeEnv;
	readonly Variables: { requestId: string; config: EdgeConfig };
};
export type EdgeApp = OpenAPIHono<EdgeBindings>;
export type EdgeContext = Context<EdgeBindings>;

/** Ends a request with a problem; the one error handler turns it into the answer. */
export class ProblemError extends Error {
	readonly code: ProblemCode;
	readonly errors: readonly FieldError[];
	/** Whole seconds after which it is worth trying again; null: it never is, or nobody knows. */
	readonly retryAfterSec: number | null;
	constructor(
		code: ProblemCode,
		detail: string,
		errors: readonly FieldError[] = [],
		retryAfterSec: number | null = null,
	) {
		super(detail);
		this.code = code;
		this.errors = errors;
		this.retryAfterSec = retryAfterSec;
	}
}

export const board = (env: EdgeEnv): BoardRpc => rpcClient<BoardRpc>(env.BOARD, BOARD_NAME);
export const match = (env: EdgeEnv, matchId: string): MatchRpc => rpcClient<MatchRpc>(env.MATCH, matchName(matchId));
export const wallet = (env: EdgeEnv, name: string): WalletRpc => rpcClient<WalletRpc>(env.WALLET, name);
export const lane = (env: EdgeEnv, name: string): LaneRpc => rpcClient<LaneRpc>(env.LANE, name);

/** The nearest region of ours to a continent (Cloudflare's two letters). */
const BY_CONTINENT: Readonly<Record<string, Region>> = {
	EU: "weur",
	NA: "enam",
	SA: "sam",
	AS: "apac",
	OC: "oc",
	AF: "afr",
};
const WESTERN_LONGITUDE = -100;
const EASTERN_EUROPE_LONGITUDE = 16;

/** Where the caller is; in a demo environment a request may say so itself. */
export function regionOf(c: EdgeContext): Region {
	if (c.var.config.demo) {
		const told = REGIONS.find((region) => region === c.req.header("x-touchline-region"));
		if (told !== undefined) return told;
	}
	const cf = c.req.raw.cf;
	const region = BY_CONTINENT[String(cf?.continent ?? "EU")] ?? "weur";
	const longitude = Number(cf?.longitude ?? 0);
	if (region === "enam" && longitude < WESTERN_LONGITUDE) return "wnam";
	return region === "weur" && longitude > EASTERN_EUROPE_LONGITUDE ? "eeur" : region;
}

export type PlayerCall = { readonly v: 1; readonly wallet: string; readonly playerId: string; readonly token: string };

/** Whose token it is, unverified: enough to find the wallet, which alone judges it. Null: it is no token. */
export function playerCall(c: EdgeContext): PlayerCall | null {
	const token = /^Bearer ([A-Za-z0-9._-]{1,512})$/.exec(c.req.header("authorization") ?? "")?.[1];
	const playerId = token === undefined ? null : playerIdOfToken(token);
	if (token === undefined || playerId === null) return null;
	return { v: 1, wallet: walletNameOf(playerId, c.var.config.walletShards), playerId, token };
}

const isMarked = (fault: unknown, mark: "overloaded" | "retryable"): boolean =>
	typeof fault === "object" && fault !== null && mark in fault && fault[mark as keyof typeof fault] === true;

/** An object that is overloaded is not asked again: the caller is told to wait. */
export const isOverloaded = (fault: unknown): boolean => isMarked(fault, "overloaded");

/**
 * Once more where the object was just being moved or restarted; only for calls that may be said twice (reads, and bets by
 * BET-1). The call makes its own stub: one that has failed stays failed.
 */
export async function repeatedOnReset<T>(call: () => Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (fault) {
		if (isOverloaded(fault) || !isMarked(fault, "retryable")) throw fault;
		await new Promise((again) => setTimeout(again, RETRY.objectMinMs + Math.random() * RETRY.objectSpreadMs));
		return call();
	}
}
