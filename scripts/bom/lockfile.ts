/** Every package that package-lock.json names, decoded, and whom of the others it needs. */
import * as v from "valibot";

const entrySchema = v.object({
	name: v.optional(v.string()),
	version: v.string(),
	license: v.optional(v.string()),
	integrity: v.optional(v.pipe(v.string(), v.regex(/^sha512-[A-Za-z0-9+/]{86}==$/))),
	dev: v.optional(v.boolean(), false),
	devOptional: v.optional(v.boolean(), false),
	dependencies: v.optional(v.record(v.string(), v.string()), {}),
	devDependencies: v.optional(v.record(v.string(), v.string()), {}),
	optionalDependencies: v.optional(v.record(v.string(), v.string()), {}),
});
const lockSchema = v.object({ lockfileVersion: v.literal(3), packages: v.record(v.string(), entrySchema) });

export type Package = {
	/** Where it lies, which is its name in the lock; the project itself is at "". */
	readonly path: string;
	readonly name: string;
	readonly version: string;
	readonly licence: string | null;
	readonly sha512Hex: string | null;
	readonly isDevelopment: boolean;
	/** Paths of the packages it needs. */
	readonly needs: readonly string[];
};

/** Packages by path; throws where the text is no lock of the version we read. */
export function packagesOf(lockText: string): ReadonlyMap<string, Package> {
	const { packages } = v.parse(lockSchema, JSON.parse(lockText));
	return new Map(
		Object.entries(packages).map(([path, entry]) => {
			const wanted = { ...entry.dependencies, ...entry.devDependencies, ...entry.optionalDependencies };
			const needs = Object.keys(wanted).flatMap((name) => {
				const found = pathsTowardsRoot(path, name).find((candidate) => packages[candidate] !== undefined);
				return found === undefined ? [] : [found];
			});
			const found: Package = {
				path,
				name: entry.name ?? path.replace(/^.*node_modules\//, ""),
				version: entry.version,
				licence: entry.license ?? null,
				sha512Hex: entry.integrity === undefined ? null : hexOf(entry.integrity),
				isDevelopment: entry.dev || entry.devOptional,
				needs,
			};
			return [path, found] as const;
		}),
	);
}

/** Where Node looks for a package from another one: beside its own, then further and further out. */
function pathsTowardsRoot(from: string, name: string): readonly string[] {
	const parents = [...from.matchAll(/\/?node_modules\//g)].map(({ index }) => from.slice(0, index));
	return [from, ...parents.toReversed()].map((parent) => `${parent === "" ? "" : `${parent}/`}node_modules/${name}`);
}

const hexOf = (integrity: string): string => Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex");
