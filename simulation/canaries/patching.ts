/**
 * Puts a patch into a text, with a counter in it: a fault that never ran was never looked for. `HIT()` in a patch is where it
 * counts, and is always true; a patch without one counts before it, where it begins with a statement.
 */
import type { Patch } from "./canary.ts";

const MARKER = "HIT()";
/** Behind one of these a statement may begin. Where none may, the patched file does not parse, and the run says so. */
const STATEMENT_BEFORE = /(?:^|[;{}]|\*\/)\s*$/;

export type Patched =
	| { readonly kind: "patched"; readonly text: string; readonly isCounted: boolean }
	| { readonly kind: "refused"; readonly why: string };

/** Documents, data and pages have no code that could count. */
const isCode = (file: string): boolean => /\.(ts|mjs)$/.test(file);

function counter(file: string, index: number): string {
	const global = file.endsWith(".ts")
		? "(globalThis as unknown as { readonly canaryHit?: (patch: number) => true })"
		: "globalThis";
	return `(${global}.canaryHit?.(${index}) ?? true)`;
}

/** `index`: the patch's place in its canary, under which it is counted. */
export function applyPatch(text: string, { file, find, put, uncounted }: Patch, index: number): Patched {
	const found = text.split(find).length - 1;
	if (found !== 1) return { kind: "refused", why: `no longer fits ${file}: its lines stand there ${found} times` };
	if (find === put) return { kind: "refused", why: `changes nothing in ${file}` };
	const [before = "", after = ""] = text.split(find);
	const join = (middle: string, isCounted: boolean): Patched => ({
		kind: "patched",
		text: `${before}${middle}${after}`,
		isCounted,
	});
	if (uncounted !== undefined || !isCode(file)) return join(put, false);
	const count = counter(file, index);
	if (put.includes(MARKER)) return join(put.replaceAll(MARKER, count), true);
	if (STATEMENT_BEFORE.test(before)) return join(`void ${count};${put}`, true);
	return { kind: "refused", why: `has no ${MARKER} in ${file}, and does not begin with a statement` };
}
