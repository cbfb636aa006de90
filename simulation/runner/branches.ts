/**
 * How many branches of cores and stores histories have reached: both ways of each `if` and `?:`, the right side of `&&`, `||` and
 * `??`, each case with statements, each `catch`. The sources say which there are, V8 says how often their places ran.
 *
 * Two kinds are none, wherever they stand. What does nothing but throw, or calls `exhaustive`, says what must not come: a history that
 * comes there fails, so none that holds has; a throw that its own file catches is a way to go on, and is one. And a constant behind
 * `??` is a value for what is not there, which the compiler asks for behind every index; where something is done about it, that is a
 * branch of its own. That leaves out values for fields that older data or an older sender lacks, which look the same.
 */
import { readFileSync } from "node:fs";
import { parseAst } from "rolldown/parseAst";
import { caughtThrows, isNode } from "./caught.ts";
import type { CoveredFile } from "./covered.ts";
import { reportedPaths } from "./reported.ts";

/** A branch by the place that runs when it is taken; `else`: there is none, and it is what the `if` has left over. */
type Branch = { readonly line: number; readonly at: number; readonly elseOf: number | null };
export type FileBranches = {
	readonly path: string;
	readonly total: number;
	readonly reached: number;
	/** Lines of the branches that were not. */
	readonly missing: readonly number[];
};

/** All that is reported on, whether or not anybody has loaded it. */
export function branchesOf(covered: readonly CoveredFile[]): readonly FileBranches[] {
	return reportedPaths().map(({ path, name }) =>
		fileBranches(
			name,
			readFileSync(path, "utf8"),
			covered.filter((file) => file.path === path),
		),
	);
}

export function fileBranches(path: string, source: string, covered: readonly CoveredFile[]): FileBranches {
	const branches = branchesIn(parseAst(source, { lang: "ts" }), source);
	const isReached = (branch: Branch): boolean => covered.some((file) => hasRun(file, branch));
	const missing = branches.filter((branch) => !isReached(branch)).map(({ line }) => line);
	return { path, total: branches.length, reached: branches.length - missing.length, missing };
}

function hasRun(file: CoveredFile, { at, elseOf }: Branch): boolean {
	return elseOf === null ? countAt(file, at) > 0 : countAt(file, elseOf) > countAt(file, at);
}

/** How often a place ran: the count of the smallest range around it. */
function countAt({ functions }: CoveredFile, at: number): number {
	let smallest = Number.POSITIVE_INFINITY;
	let count = 0;
	for (const { ranges } of functions) {
		for (const { startOffset, endOffset, count: ran } of ranges) {
			if (at < startOffset || at >= endOffset || endOffset - startOffset > smallest) continue;
			smallest = endOffset - startOffset;
			count = ran;
		}
	}
	return count;
}

/** A `throw` that goes on to whoever called, alone or in braces, or a call of `exhaustive`. */
function mustNotCome(value: unknown, caught: ReadonlySet<number>): boolean {
	if (!isNode(value)) return false;
	if (value.type === "BlockStatement") return Array.isArray(value.body) && mustNotCome(value.body[0], caught);
	const said = value.type === "ExpressionStatement" ? value.expression : value.argument;
	const isExhaustive = isNode(said) && isNode(said.callee) && said.callee.name === "exhaustive";
	return (value.type === "ThrowStatement" && !caught.has(value.start)) || isExhaustive;
}

/** A literal, a named constant, nothing, or an empty list or object. */
function isConstant(value: unknown): boolean {
	if (!isNode(value)) return false;
	switch (value.type) {
		case "Literal":
			return true;
		case "Identifier":
			return /^(?:undefined|[A-Z][A-Z_0-9]*)$/.test(String(value.name));
		case "UnaryExpression":
			return isConstant(value.argument);
		case "ArrayExpression":
			return Array.isArray(value.elements) && value.elements.length === 0;
		case "ObjectExpression":
			return Array.isArray(value.properties) && value.properties.length === 0;
		case "MemberExpression":
			return isNode(value.object) && value.object.name === "Number";
		default:
			return false;
	}
}

function branchesIn(tree: unknown, source: string): readonly Branch[] {
	const branches: Branch[] = [];
	const caught = caughtThrows(tree);
	const add = (place: unknown, elseOf: number | null = null): void => {
		if (!isNode(place)) return;
		branches.push({ line: source.slice(0, elseOf ?? place.start).split("\n").length, at: place.start, elseOf });
	};
	const visit = (value: unknown): void => {
		if (Array.isArray(value)) for (const item of value) visit(item);
		if (!isNode(value) || value.type.startsWith("TS")) {
			if (isNode(value) && /^TS(?:As|Satisfies|NonNull)/.test(value.type)) visit(value.expression);
			return;
		}
		switch (value.type) {
			case "IfStatement":
				if (!mustNotCome(value.consequent, caught)) add(value.consequent);
				if (isNode(value.alternate)) add(value.alternate);
				else add(value.consequent, value.start);
				break;
			case "ConditionalExpression":
				add(value.consequent);
				add(value.alternate);
				break;
			case "LogicalExpression":
				if (value.operator !== "??" || !isConstant(value.right)) add(value.right);
				break;
			case "SwitchCase":
				if (Array.isArray(value.consequent) && !mustNotCome(value.consequent[0], caught)) add(value.consequent[0]);
				break;
			case "CatchClause":
				add(value.body);
		}
		for (const key of Object.keys(value)) visit(value[key]);
	};
	visit(tree);
	return branches;
}
