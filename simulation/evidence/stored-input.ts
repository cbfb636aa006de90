/** An input as a match stores it: what the auditor reads of it. */
export type StoredInput = {
	kind: string;
	sentAtMs: number;
	side?: "home" | "away";
	phase?: string;
	scheduledAtMs?: number;
	prices?: { oneXTwo?: number[] };
	clock?: { elapsedSec: number; running: boolean; rate?: number };
	incidentId?: string;
	incident?: string;
	command?: { action: string };
	facts?: { games?: string };
	value?: number;
	clockSec?: number;
	groups?: string[];
	score?: { home: number; away: number };
};
