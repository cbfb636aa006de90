/** Schemas by their names: fetched over HTTP, where browsers keep each for ever and an edge its newest, and not asked for where that fails. */
import * as v from "valibot";
import { CLIENT } from "../shared/limits.ts";
import { type Report, wordsOf } from "./problem.ts";

/** Gives the body of a schema, or rejects; at the signal nobody waits for it any more. */
export type SchemaSource = (name: string, signal: AbortSignal) => Promise<unknown>;

/** From the platform that a stream's address belongs to; null where that cannot be told, and schemas then come on the socket. */
export function schemasOver(streamUrl: string): SchemaSource | null {
	const address = /^ws(s?:\/\/.*)\/v1\/stream$/.exec(streamUrl)?.[1];
	if (address === undefined || typeof fetch !== "function") return null;
	return async (name, signal) => {
		const answer = await fetch(`http${address}/v1/schemas/${name}`, { signal });
		if (!answer.ok) throw new Error(`${answer.status} for schema ${name}`);
		return v.parse(v.looseObject({}), await answer.json());
	};
}

type SchemasOptions = {
	readonly source: SchemaSource;
	readonly now: () => number;
	readonly report: Report;
};

/** What is known by name, whoever told it. */
export class Schemas {
	readonly #options: SchemasOptions;
	readonly #known = new Map<string, unknown>();
	/** The source has failed: a page whose policy forbids it, or a network without a way to it, is told names in vain. */
	#restsUntilMs: number | null = null;

	constructor(options: SchemasOptions) {
		this.#options = options;
	}

	/** Names are of use: what is not known can be fetched, as far as we know. */
	get canFetch(): boolean {
		return this.#restsUntilMs === null || this.#options.now() >= this.#restsUntilMs;
	}

	get(name: string): unknown {
		return this.#known.get(name);
	}

	keep(name: string, body: unknown): void {
		this.#known.delete(name);
		this.#known.set(name, body);
		const [oldest] = this.#known.keys();
		if (oldest !== undefined && this.#known.size > CLIENT.schemasKept) this.#known.delete(oldest);
	}

	/** Rejects where the source does, or has not answered within `CLIENT.schemaMs`. */
	async fetch(name: string): Promise<unknown> {
		const waiting = new AbortController();
		let timer: ReturnType<typeof setTimeout> | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error(`no answer for schema ${name}`)), CLIENT.schemaMs);
		});
		try {
			const body = await Promise.race([this.#options.source(name, waiting.signal), late]);
			this.#restsUntilMs = null;
			this.keep(name, body);
			return body;
		} catch (fault) {
			this.#failed(fault);
			throw fault;
		} finally {
			clearTimeout(timer);
			waiting.abort();
		}
	}

	/** Said once, however many topics were waiting: none of them lacks anything but a moment. */
	#failed(fault: unknown): void {
		const isNews = this.canFetch;
		this.#restsUntilMs = this.#options.now() + CLIENT.schemasRestMs;
		if (isNews) this.#options.report({ code: "schemas", topic: null, detail: wordsOf(fault), fault: null });
	}
}
