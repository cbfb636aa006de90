/**
 * Which `throw`s of a file end in a `catch` of the same file: within its `try`, or in a function of the file that is called from there,
 * however far down. Such a throw is a way to go on, and not what must not come. A `catch` that throws itself ends nothing.
 */

export type Node = {
	readonly type: string;
	readonly start: number;
	readonly end: number;
	readonly [key: string]: unknown;
};
export const isNode = (value: unknown): value is Node =>
	typeof value === "object" && value !== null && "type" in value && "start" in value;

function nodesIn(value: unknown): readonly Node[] {
	if (Array.isArray(value)) return value.flatMap(nodesIn);
	if (!isNode(value)) return [];
	return [value, ...Object.keys(value).flatMap((key) => nodesIn(value[key]))];
}

function nameOf(value: unknown): string | null {
	if (!isNode(value)) return null;
	if (value.type === "Identifier") return String(value.name);
	return value.type === "PrivateIdentifier" ? `#${value.name}` : null;
}

/** Functions by name; of two of one name both count. */
function functionsIn(nodes: readonly Node[]): ReadonlyMap<string, readonly unknown[]> {
	const functions = new Map<string, readonly unknown[]>();
	for (const { type, id, key, value, init, body } of nodes) {
		const [name, code] =
			type === "FunctionDeclaration"
				? [nameOf(id), body]
				: type === "MethodDefinition" || type === "PropertyDefinition"
					? [nameOf(key), value]
					: type === "VariableDeclarator"
						? [nameOf(id), init]
						: [null, null];
		if (name !== null) functions.set(name, [...(functions.get(name) ?? []), code]);
	}
	return functions;
}

/** Names that are called in some code: of functions, and of methods of `this`. */
const calledIn = (nodes: readonly Node[]): readonly string[] =>
	nodes.flatMap(({ type, callee }) => {
		if (type !== "CallExpression" || !isNode(callee)) return [];
		const isOwn =
			callee.type === "MemberExpression" && isNode(callee.object) && callee.object.type === "ThisExpression";
		return nameOf(isOwn ? callee.property : callee) ?? [];
	});

/** Where each of them starts. */
export function caughtThrows(tree: unknown): ReadonlySet<number> {
	const nodes = nodesIn(tree);
	const functions = functionsIn(nodes);
	const throwsIn = (code: readonly Node[]): readonly number[] =>
		code.flatMap(({ type, start }) => (type === "ThrowStatement" ? [start] : []));
	const caught = new Set<number>();
	for (const { type, block, handler } of nodes) {
		if (type !== "TryStatement" || !isNode(handler) || throwsIn(nodesIn(handler)).length > 0) continue;
		const reached = new Set<string>();
		const waiting = [nodesIn(block)];
		for (let code = waiting.pop(); code !== undefined; code = waiting.pop()) {
			for (const start of throwsIn(code)) caught.add(start);
			for (const name of calledIn(code)) {
				if (reached.has(name)) continue;
				reached.add(name);
				waiting.push(nodesIn(functions.get(name) ?? []));
			}
		}
	}
	return caught;
}
