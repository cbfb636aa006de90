/**
 * A queue that loses and repeats, and a consumer that keeps what REP-2 says: rows once by (source, seq), a mark over stored
 * rows only, read back to the source. Stands where Cloudflare's queue and Postgres stand; its rows are what is audited.
 */
import {
	type ReportBody,
	type ReportMessage,
	reportBodySchema,
	reportMessageSchema,
} from "../../shared/contracts/reports.ts";
import { decodeRpc } from "../../shared/decode.ts";
import type { Platform } from "./platform.ts";

export class Reports {
	readonly rows = new Map<string, Map<number, ReportBody>>();
	readonly #marks = new Map<string, number>();

	/** Stores a message and returns the source's mark. */
	store(message: ReportMessage): { readonly source: string; readonly mark: number } {
		const { source, rows } = decodeRpc("report message", reportMessageSchema, message);
		const stored = this.rows.get(source) ?? new Map<number, ReportBody>();
		this.rows.set(source, stored);
		for (const { seq, body } of rows)
			if (!stored.has(seq)) stored.set(seq, decodeRpc(`row ${source}#${seq}`, reportBodySchema, body));
		let mark = this.#marks.get(source) ?? 0;
		while (stored.has(mark + 1)) mark++;
		this.#marks.set(source, mark);
		return { source, mark };
	}
}

/** What a queue keeps of a message that nobody takes: scaled down from Cloudflare's four days, as matches are played in minutes. */
const RETENTION_MS = 60_000;
const LOST = 0.1;
const TWICE = 0.1;

export type QueueDeps = {
	readonly platform: Platform;
	readonly reports: Reports;
	readonly random: () => number;
	readonly count: (what: string) => void;
};

/** Between sources and Postgres: in any order, sometimes twice, sometimes never; and all later while the database is down. */
export class ReportQueue {
	readonly #deps: QueueDeps;
	readonly #waiting: { readonly message: ReportMessage; readonly atMs: number }[] = [];
	#taken = 0;
	#downUntilMs = 0;
	isHealed = false;

	constructor(deps: QueueDeps) {
		this.#deps = deps;
	}

	/** The database stores nothing until then, whatever else has healed. */
	down(untilMs: number): void {
		this.#downUntilMs = Math.max(this.#downUntilMs, untilMs);
	}

	/** It comes back then at the latest. */
	up(atMs: number): void {
		this.#downUntilMs = Math.min(this.#downUntilMs, atMs);
	}

	/** One step's share. */
	deliver(): void {
		const { platform, random, count } = this.#deps;
		const nowMs = platform.world.now();
		const fresh = platform.reports.slice(this.#taken);
		this.#taken = platform.reports.length;
		for (const message of fresh) this.#waiting.push({ message, atMs: nowMs });
		if (nowMs < this.#downUntilMs) {
			this.#expire(nowMs);
			return;
		}
		for (const { message } of this.#waiting.splice(0).toSorted(() => random() - 0.5)) {
			if (!this.isHealed && random() < LOST) {
				count("lostMessages");
				continue;
			}
			for (let times = random() < TWICE ? 2 : 1; times > 0; times--) this.#store(message);
		}
	}

	/** Whether every source knows that its rows are stored. */
	isDrained(sources: readonly string[]): boolean {
		return sources.every((source) => {
			const row = this.#deps.platform.world.storage(source).exec("SELECT last_seq, confirmed_seq FROM _report_mark")[0];
			return row === undefined || row.last_seq === row.confirmed_seq;
		});
	}

	#store(message: ReportMessage): void {
		const { platform, reports, random } = this.#deps;
		const { source, mark } = reports.store(message);
		if (this.isHealed || random() > LOST) platform.confirmReports(source, mark);
	}

	#expire(nowMs: number): void {
		while ((this.#waiting[0]?.atMs ?? nowMs) < nowMs - RETENTION_MS) {
			this.#waiting.shift();
			this.#deps.count("expiredMessages");
		}
	}
}
