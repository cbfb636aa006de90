import type { SaidFixture } from "../audit/match-truth.ts";

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
	command?: { action: string };
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
