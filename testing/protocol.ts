/** A small topic for tests: a book of keys and numbers, whose frames are folded as those of a match or the lobby are. */
import * as v from "valibot";
import { type ImageSource, Publication, type TopicBodies } from "../shared/protocol/publication.ts";
import type { Fold } from "../shared/protocol/topic-reader.ts";

export type TestBook = Readonly<Record<string, number>>;
/** Of a delta only that it may be anything: what cannot be read is sent in tests too. */
export type TestBodies = TopicBodies & { readonly image: TestBook };

const book = v.record(v.string(), v.number());

export const testFold: Fold<TestBook> = {
	schema: (state) => state,
	image: (_state, body) => v.parse(book, body),
	delta: (state, body) => ({ ...state, ...v.parse(book, body) }),
};

/** The state behind a test's publisher. */
export class TestState {
	values: TestBook = {};
	schemaNo = 1;
	readonly #withSchema: boolean;

	constructor(withSchema: boolean) {
		this.#withSchema = withSchema;
	}

	set(key: string, value: number): TestBook {
		this.values = { ...this.values, [key]: value };
		return { [key]: value };
	}

	readonly image: ImageSource<TestBodies> = () => ({
		schemaNo: this.schemaNo,
		schema: this.#withSchema ? { schemaNo: this.schemaNo } : null,
		body: this.values,
	});
}

/** A topic's publisher and the state behind it. */
export function testTopic(topic: string): { readonly state: TestState; readonly publisher: Publication<TestBodies> } {
	const state = new TestState(false);
	return { state, publisher: new Publication({ topic, epoch: "e1", image: state.image }) };
}
