import type { SaidFixture, SaidMargin, SaidWindow } from "../audit/match-truth.ts";

/** An input as a match stores it: what the auditor reads of it. */
export type StoredInput = {
	kind: string;
	sentAtMs: number;
	side?: "home" | "away";
	phase?: string;
	scheduledAtMs?: number;
	format?: Record<string, unknown>;
	home?: { name: string };
	away?: { name: string };
	prices?: { oneXTwo?: number[]; moneyline?: number[] };
	clock?: { elapsedSec: number; running: boolean; rate?: number };
	incidentId?: string;
	incident?: string;
	recipient?: string;
	command?: {
		action: string;
		take?: string;
		marketId?: string;
		view?: string;
		group?: string;
		marginPpm?: number | null;
	};
	windowId?: string;
	marketIds?: string[];
	fromMs?: number;
	toMs?: number;
	facts?: { games?: string; points?: string };
	value?: number;
	groups?: string[];
	score?: { home: number; away: number };
};

export function fixtureOf({ kind, scheduledAtMs, format, home, away, prices }: StoredInput): SaidFixture | null {
	if (kind !== "fixture") return null;
	return {
		scheduledAtMs: scheduledAtMs ?? 0,
		format: JSON.stringify(Object.entries(format ?? {}).toSorted()),
		home: home?.name ?? "",
		away: away?.name ?? "",
		winnerOdds: prices?.oneXTwo ?? prices?.moneyline ?? null,
	};
}

export const marginOf = ({ command }: StoredInput): SaidMargin | null =>
	command?.action === "set_margin"
		? { of: `${command.view ?? "*"} ${command.group ?? "*"}`, isBack: command.marginPpm == null }
		: null;

export function windowOf({ windowId, marketIds, fromMs, toMs }: StoredInput): SaidWindow | null {
	if (windowId === undefined) return null;
	return { windowId, marketIds: marketIds ?? null, fromMs: fromMs ?? null, toMs: toMs ?? null };
}
