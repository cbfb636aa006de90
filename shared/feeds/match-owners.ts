/**
 * Operators' own configuration, by environment and no part of the catalogue: which provider group may open which match ids, by how
 * they begin. The board remembers who has opened one; this says who may, so that nobody takes another's id by coming first.
 */
import * as v from "valibot";
import { PROVIDER_GROUPS } from "../catalogue/providers.ts";
import { readJson } from "../strict-json.ts";

/** Group by prefix; the empty prefix is everything that no other one covers. */
export type MatchOwners = ReadonlyMap<string, string>;

const prefix = v.pipe(v.string(), v.regex(/^([a-z0-9][a-z0-9._-]*)?$/, "no beginning of a match id"));
const groupsSchema = v.record(v.picklist(PROVIDER_GROUPS, "no such provider group"), v.array(prefix));

/** `{"demo":[""],"json":["cup-"]}`; nothing said: only what a group's own name says. */
export const matchOwnersText = v.optional(
	v.pipe(
		v.string(),
		v.rawTransform(({ dataset, addIssue, NEVER }) => {
			const read = readJson(dataset.value);
			if (read.ok) return read.value;
			addIssue({ message: read.kind === "malformed" ? "not JSON" : `${read.error.path}: ${read.error.message}` });
			return NEVER;
		}),
		groupsSchema,
		v.transform((groups) =>
			Object.entries(groups).flatMap(([group, prefixes]) => prefixes.map((own) => ({ own, group }))),
		),
		v.check((owned) => new Set(owned.map(({ own }) => own)).size === owned.length, "one beginning, two owners"),
		v.transform((owned): MatchOwners => new Map(owned.map(({ own, group }) => [own, group]))),
	),
	"{}",
);

/** The longest beginning that fits decides; `json-…` and `json.…` are the group's of that name unless it says otherwise. */
function ownerOf(owners: MatchOwners, matchId: string): string | null {
	let longest =
		PROVIDER_GROUPS.find((group) => matchId.startsWith(`${group}-`) || matchId.startsWith(`${group}.`)) ?? "";
	let owner = longest === "" ? null : longest;
	for (const [own, group] of owners) {
		if (!matchId.startsWith(own) || own.length < longest.length) continue;
		longest = own;
		owner = group;
	}
	return owner;
}

/** What nobody is named for is free, and belongs to who opens it first. */
export function mayOpen(owners: MatchOwners, group: string, matchId: string): boolean {
	const owner = ownerOf(owners, matchId);
	return owner === null || owner === group;
}
