/** Values for property tests, made from a schema itself: those that fit, and those that nearly does. */
import fc from "fast-check";
import * as v from "valibot";
import { expect } from "vitest";
import { decode } from "../shared/decode.ts";

type Part = { readonly kind: string; readonly type: string; readonly requirement?: unknown };
type Parts = Part & {
	readonly pipe?: readonly Part[];
	readonly entries?: Readonly<Record<string, Parts>>;
	readonly items?: readonly Parts[];
	readonly item?: Parts;
	readonly key?: Parts;
	readonly value?: Parts;
	readonly options?: readonly unknown[];
	readonly wrapped?: Parts;
	readonly literal?: unknown;
};

/** The schemas a module exports, by name. */
export function schemasIn(module: Readonly<Record<string, unknown>>): readonly (readonly [string, v.GenericSchema])[] {
	return Object.entries(module).filter(
		(entry): entry is [string, v.GenericSchema] =>
			typeof entry[1] === "object" && entry[1] !== null && "kind" in entry[1] && entry[1].kind === "schema",
	);
}

/** Any value that fits. Throws for a kind of schema it does not know, so that none goes untested. */
export function valuesOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
	return values(schema as unknown as Parts);
}

function values(schema: Parts): fc.Arbitrary<unknown> {
	const fitting = plainValues(schema);
	// Checks that no generator knows of: a value that they refuse is not used.
	return schema.pipe === undefined
		? fitting
		: fitting.filter((value) => v.is(schema as unknown as v.GenericSchema, value));
}

function plainValues(schema: Parts): fc.Arbitrary<unknown> {
	switch (schema.type) {
		case "string":
			return texts(schema);
		case "number":
			return numbers(schema);
		case "boolean":
			return fc.boolean();
		case "unknown":
			return json;
		case "literal":
			return fc.constant(schema.literal);
		case "picklist":
			return fc.constantFrom(...(schema.options ?? []));
		case "optional":
		case "nullable":
			return fc.oneof(fc.constant(schema.type === "optional" ? undefined : null), values(part(schema.wrapped)));
		case "union":
		case "variant":
			return fc.oneof(...(schema.options ?? []).map((option) => values(option as Parts)));
		case "array":
			return fc.array(values(part(schema.item)), lengths(schema, 5));
		case "tuple":
		case "strict_tuple":
			return fc.tuple(...(schema.items ?? []).map(values));
		case "record":
			return fc.dictionary(names(part(schema.key)), values(part(schema.value)), { maxKeys: 4 });
		case "object":
		case "strict_object":
		case "loose_object":
			return objects(schema.entries ?? {});
		default:
			throw new Error(`no values for ${schema.type}`);
	}
}

/** Valibot leaves these names out of a record, so that none reaches a prototype. */
const LEFT_OUT: ReadonlySet<string> = new Set(["__proto__", "prototype", "constructor"]);

const names = (schema: Parts): fc.Arbitrary<string> =>
	(values(schema) as fc.Arbitrary<string>).filter((name) => !LEFT_OUT.has(name));

function part(schema: Parts | undefined): Parts {
	if (schema === undefined) throw new Error("a schema without its part");
	return schema;
}

/** JSON has no `undefined`: an optional entry is there or not. */
function objects(entries: Readonly<Record<string, Parts>>): fc.Arbitrary<unknown> {
	const made = Object.entries(entries).map(([name, entry]) => [name, values(entry)] as const);
	return fc
		.record(Object.fromEntries(made))
		.map((value) => Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)));
}

/** A pipe may begin with another schema that has a pipe. */
const actions = (schema: Parts): readonly Part[] =>
	(schema.pipe ?? []).flatMap((step) => (step.kind === "schema" && step !== schema ? actions(step as Parts) : [step]));

const requirement = (schema: Parts, type: string): unknown =>
	actions(schema).findLast((action) => action.type === type)?.requirement;

function lengths(schema: Parts, most: number): { readonly minLength: number; readonly maxLength: number } {
	const exact = requirement(schema, "length");
	if (typeof exact === "number") return { minLength: exact, maxLength: exact };
	const minLength = Number(requirement(schema, "min_length") ?? 0);
	const maxLength = Number(requirement(schema, "max_length") ?? most);
	return { minLength, maxLength: Math.max(minLength, Math.min(maxLength, most)) };
}

function texts(schema: Parts): fc.Arbitrary<string> {
	const pattern = requirement(schema, "regex");
	if (pattern instanceof RegExp) return fc.stringMatching(pattern, { size: "small" });
	return fc.string({ unit: "grapheme", ...lengths(schema, 12) });
}

function numbers(schema: Parts): fc.Arbitrary<number> {
	const least = Number(requirement(schema, "min_value") ?? Number.MIN_SAFE_INTEGER);
	const most = Number(requirement(schema, "max_value") ?? Number.MAX_SAFE_INTEGER);
	const whole = actions(schema).some(({ type }) => type === "safe_integer" || type === "integer");
	return (
		whole
			? fc.integer({ min: Math.ceil(least), max: Math.floor(most) })
			: fc.double({ min: least, max: most, noNaN: true, noDefaultInfinity: true })
	).map((number) => number + 0);
}

/** Anything JSON can say, names that every object has among its keys. */
export const json: fc.Arbitrary<unknown> = fc
	.json({ maxDepth: 4 })
	// Once more through JSON, which knows no negative zero.
	.map((text) => JSON.parse(JSON.stringify(JSON.parse(text.replaceAll('"":', '"__proto__":')))) as unknown);

const oddities: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
	null,
	-1,
	0.5,
	1e308,
	Number.POSITIVE_INFINITY,
	Number.NaN,
	2 ** 53,
	"",
	"constructor",
	"__proto__",
	"a\u0000b",
	"\ud800",
	"x".repeat(10_000),
	[],
	{},
	true,
	undefined,
);

/** A value with one thing wrong somewhere: replaced, left out, or added under a name of its own. */
export function nearly(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
	const spoil = fc.oneof(json, oddities);
	return fc
		.tuple(good, fc.infiniteStream(fc.nat()), spoil, fc.constantFrom("replace", "remove", "add"))
		.map(([value, choices, wrong, how]) => {
			const next = (): number => Number(choices.next().value ?? 0);
			return spoiled(structuredClone(value), next, wrong, how);
		});
}

function spoiled(value: unknown, next: () => number, wrong: unknown, how: "replace" | "remove" | "add"): unknown {
	if (typeof value !== "object" || value === null) return wrong;
	const holder = value as Record<string, unknown>;
	const keys = Object.keys(holder);
	const key = keys[next() % Math.max(1, keys.length)];
	if (key === undefined || (how === "add" && next() % 2 === 0)) {
		const name = ["extra", "__proto__", "constructor", "toString"][next() % 4] ?? "extra";
		Object.defineProperty(holder, name, { value: wrong, enumerable: true, configurable: true, writable: true });
		return holder;
	}
	const inner = holder[key];
	if (typeof inner === "object" && inner !== null && next() % 3 > 0) holder[key] = spoiled(inner, next, wrong, how);
	else if (how === "remove") delete holder[key];
	else holder[key] = wrong;
	return holder;
}

/**
 * What every schema of ours keeps: what fits is taken as it is, also after a journey as JSON; whatever else comes is refused
 * with paths or taken as it is, nothing is thrown, and no other object changes.
 */
export function judgeSchema(schema: v.GenericSchema, numRuns: number): void {
	const good = valuesOf(schema);
	fc.assert(
		fc.property(good, (value) => {
			expect(decode(schema, value)).toEqual({ ok: true, value });
			if (value !== undefined) expect(decode(schema, JSON.parse(JSON.stringify(value)))).toEqual({ ok: true, value });
		}),
		{ numRuns },
	);
	fc.assert(
		fc.property(fc.oneof(nearly(good), json), (value) => {
			const decoded = decode(schema, value);
			if (decoded.ok) expect(decode(schema, decoded.value)).toEqual(decoded);
			else expect(decoded.errors.length).toBeGreaterThan(0);
			expect(Object.keys(Object.prototype)).toEqual([]);
			expect(({} as Record<string, unknown>).extra).toBeUndefined();
		}),
		{ numRuns: 2 * numRuns },
	);
}
