/**
 * Reading JSON that carries money or facts: what two readers would understand differently is refused, with its place. The
 * language's own parser takes the last of two equal names, rounds 9007199254740993 and makes 1e400 infinite, all in silence.
 */
import type { FieldError } from "./errors.ts";
import { JSON_TEXT } from "./limits.ts";

export type JsonRead =
	| { readonly ok: true; readonly value: unknown }
	/** `malformed`: not JSON at all; `ambiguous`: JSON that does not say one thing only. */
	| { readonly ok: false; readonly kind: "malformed" | "ambiguous"; readonly error: FieldError };

/** An object or array that is open at a place of the text. */
type Open = {
	/** The names seen in an object; null in an array. */
	readonly names: Set<string> | null;
	name: string;
	index: number;
	/** The next text is a name and no value. */
	isNameNext: boolean;
};

/** Names that every object of the language has: where they are data, something else than data is meant. */
const RESERVED: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Parses a text and judges it. Time and memory are linear in its length, whatever it nests. */
export function readJson(text: string): JsonRead {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return { ok: false, kind: "malformed", error: { path: "", message: "not JSON" } };
	}
	const error = ambiguityIn(text);
	return error === null ? { ok: true, value } : { ok: false, kind: "ambiguous", error };
}

/** The first place of a JSON text (known to be one) that does not say one thing only. */
function ambiguityIn(text: string): FieldError | null {
	const open: Open[] = [];
	let at = 0;
	while (at < text.length) {
		const char = text.charAt(at);
		const top = open.at(-1);
		let next = at + 1;
		let wrong: string | null = null;
		if (char === '"') {
			next = endOfString(text, at);
			wrong = wrongText(textOf(text, at, next), top);
		} else if (char === "{" || char === "[") {
			if (open.length === JSON_TEXT.maxDepth) wrong = `nested more than ${JSON_TEXT.maxDepth} deep`;
			const isObject = char === "{";
			open.push({ names: isObject ? new Set() : null, name: "", index: 0, isNameNext: isObject });
		} else if (char === "}" || char === "]") {
			open.pop();
		} else if (char === "," && top !== undefined) {
			top.index++;
			top.isNameNext = top.names !== null;
		} else if (char === "-" || (char >= "0" && char <= "9")) {
			next = endOfNumber(text, at);
			wrong = wrongNumber(text.slice(at, next));
		}
		// A container that opens too deep is itself the place that is told.
		if (wrong !== null)
			return { path: pathOf(char === "{" || char === "[" ? open.slice(0, -1) : open), message: wrong };
		at = next;
	}
	return null;
}

/** Just behind the closing quote. */
function endOfString(text: string, start: number): number {
	let at = start + 1;
	for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) at += code === BACKSLASH ? 2 : 1;
	return at + 1;
}

/** What the text between two quotes says: `"a"` and `"\u0061"` are one name. */
function textOf(text: string, start: number, end: number): string {
	const inner = text.slice(start + 1, end - 1);
	return inner.includes("\\") ? String(JSON.parse(text.slice(start, end))) : inner;
}

function endOfNumber(text: string, start: number): number {
	const number = /[-+.\deE]+/y;
	number.lastIndex = start;
	number.test(text);
	return number.lastIndex;
}

/** Notes a name in its object. A text is wrong where its characters cannot be kept, a name where it is no name of its own. */
function wrongText(said: string, top: Open | undefined): string | null {
	const isName = top?.isNameNext === true;
	if (isName) top.name = said.isWellFormed() ? said : "";
	if (!said.isWellFormed()) return "half a character in it";
	if (!isName) return null;
	top.isNameNext = false;
	if (RESERVED.has(said)) return "a name that is not taken";
	if (top.names?.has(said) === true) return "given twice";
	top.names?.add(said);
	return null;
}

/** A number is wrong where the language reads another kind of number than what is written. */
function wrongNumber(written: string): string | null {
	const read = Number(written);
	if (!Number.isFinite(read)) return "a number too large to be read";
	if (Number.isInteger(read)) {
		if (!Number.isSafeInteger(read)) return "a number too large to be read exactly";
		if (!isWrittenWhole(written)) return "a number too fine to be read exactly";
	}
	return null;
}

/** Whether the decimal text means an integer: 12, 12.00, 1.2e1; never 1e-400 or 1.00000000000000000001. */
function isWrittenWhole(written: string): boolean {
	const [, whole = "", fraction = "", exponent = "0"] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(written) ?? [];
	const digits = whole + fraction;
	let zeros = 0;
	while (zeros < digits.length && digits.at(-1 - zeros) === "0") zeros++;
	return zeros === digits.length || Number(exponent) - fraction.length + zeros >= 0;
}

/** `[3].clock.elapsedSec`, as decoders write it. */
function pathOf(open: readonly Open[]): string {
	let path = "";
	for (const { names, name, index } of open) {
		if (names === null) path += `[${index}]`;
		else path += path === "" ? name : `.${name}`;
	}
	return path.slice(0, JSON_TEXT.pathChars);
}
