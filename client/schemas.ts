/** Schemas by their names: each is fetched once, over HTTP, where browser and edge keep it for ever. */
import * as v from "valibot";
import { CLIENT } from "../shared/limits.ts";

/** Gives the body of a schema, or rejects. */
export type SchemaSource = (name: string) => Promise<unknown>;

/** From the platform that a stream's address belongs to; null where that cannot be told, and schemas then come on the socket. */
export function schemasOver(streamUrl: string): SchemaSource | null {
	const address = /^ws(s?:\/\/.*)\/v1\/stream$/.exec(streamUrl)?.[1];
	if (address === undefined || typeof fetch !== "function") return null;
	return async (name) => {
		const answer = await fetch(`http${address}/v1/schemas/${name}`, {
			signal: AbortSignal.timeout(CLIENT.answerMs),
		});
		if (!answer.ok) throw new Error(`${answer.status} for schema ${name}`);
		return v.parse(v.looseObject({}), await answer.json());
	};
}

/** What is known by name, whoever told it. */
export class Schemas {
	readonly #source: SchemaSource;
	readonly #known = new Map<string, unknown>();

	constructor(source: SchemaSource) {
		this.#source = source;
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

	async fetch(name: string): Promise<unknown> {
		const body = await this.#source(name);
		this.keep(name, body);
		return body;
	}
}
