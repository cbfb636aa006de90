/** Decoding at boundaries: nothing from outside is cast. */
import * as v from "valibot";
import { ContractFault, type FieldError } from "./errors.ts";
import { CONTRACT } from "./limits.ts";
import { readJson } from "./strict-json.ts";

export type Decoded<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly errors: readonly FieldError[] };

/** Decodes what came from outside; a refusal names each path and what was wrong there. */
export function decode<S extends v.GenericSchema>(schema: S, input: unknown): Decoded<v.InferOutput<S>> {
	const result = v.safeParse(schema, input, { abortPipeEarly: true });
	if (result.success) return { ok: true, value: result.output };
	const errors = result.issues
		.slice(0, CONTRACT.errors)
		.map((issue) => ({ path: v.getDotPath(issue) ?? "", message: issue.message.slice(0, CONTRACT.textChars) }));
	return { ok: false, errors };
}

/** Decodes an RPC argument; a bad one is a fault of the caller's code and throws (no effect has happened yet). */
export function decodeRpc<S extends v.GenericSchema>(what: string, schema: S, input: unknown): v.InferOutput<S> {
	const decoded = decode(schema, input);
	if (!decoded.ok) throw new ContractFault(what, decoded.errors);
	return decoded.value;
}

/** Parses JSON text from outside; null where it is none, or does not say one thing only (our messages are never `null`). */
export function parseJson(text: string): unknown {
	const read = readJson(text);
	return read.ok ? read.value : null;
}

/** For the branch of a switch that cannot be reached. */
export function exhaustive(value: never): never {
	throw new Error(`not handled: ${JSON.stringify(value)}`);
}
