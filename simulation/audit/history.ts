/** A simulated history: everything that the auditor judges. */
import type { AuditedTicket, Confirmed, Violation } from "./facts.ts";
import type { LaneFacts } from "./lanes.ts";
import type { MatchTruth, ToldResult } from "./match-truth.ts";
import type { MoneyHistory } from "./money.ts";
import type { ShownBook } from "./price-audit.ts";
import type { PriceHistory } from "./prices.ts";
import type { Promised } from "./promise-audit.ts";
import type { TenantFacts } from "./tenants.ts";
import type { DeskResult } from "./version-audit.ts";
import type { Watched } from "./watched.ts";
import type { WeeksFacts } from "./weeks.ts";

export type History = {
	readonly lanes: LaneFacts;
	readonly tenants: TenantFacts;
	/** By match: how long its provider may be silent; and after how long it is lost (LAN-3). */
	readonly quietLimitsMs: ReadonlyMap<string, number>;
	readonly lostAfterMs: ReadonlyMap<string, number>;
	/** Clock readings differ by at most this in total; true-time comparisons allow for it. */
	readonly toleranceMs: number;
	/** Legs reserved after their desk had answered no for good. */
	readonly revived: readonly string[];
	/** What objects have answered, and what they still knew when they had died. */
	readonly promised: Promised;
	/** Desks (match and region) that decided no bet although nothing stood against it any more. */
	readonly dead: readonly string[];
	/** When the feed was heard by the lane of a match, in true time. */
	readonly speech: ReadonlyMap<string, readonly number[]>;
	readonly confirmed: ReadonlyMap<string, readonly Confirmed[]>;
	readonly tickets: readonly AuditedTicket[];
	readonly money: MoneyHistory;
	readonly prices: PriceHistory;
	/** What was seen of frames and pages while the matches ran. */
	readonly frames: readonly Violation[];
	/** What really happened in each match, beside what the platform made of it. */
	readonly truths: ReadonlyMap<string, MatchTruth>;
	/** Results as each match told them to its desks. */
	readonly told: ReadonlyMap<string, readonly ToldResult[]>;
	/** What each match had on sale whenever it answered. */
	readonly watched: ReadonlyMap<string, Watched>;
	/** Books that a page showed. */
	readonly shown: ReadonlyMap<string, readonly ShownBook[]>;
	/** What the desks of each match have of its results in the end. */
	readonly desks: ReadonlyMap<string, readonly DeskResult[]>;
	/** Each match as it is stored, and as its inputs and journal make it from nothing. */
	readonly replayed: readonly { readonly matchId: string; readonly stored: string; readonly replayed: string }[];
	/** Tickets whose player stated a price that was never shown to anybody. */
	readonly invented: ReadonlySet<string>;
	/** What was asked weeks later; null: no weeks have passed. */
	readonly weeks: WeeksFacts | null;
	/** What readers show in the end, beside what the authority says. */
	readonly views: readonly { readonly topic: string; readonly reader: string; readonly authority: string }[];
};
