/** `GET /v1/ingest/{provider}/refusals?after=`: what matches refused of a provider's inputs, for who signs the question. */

import { providerOf } from "../../shared/catalogue/providers.ts";
import { laneNamesOf } from "../../shared/contracts/ids.ts";
import type { LaneRpc, MatchRefusal } from "../../shared/contracts/lane.ts";
import { FEED } from "../../shared/limits.ts";
import type { IngestConfig } from "./config.ts";
import { type Refusal, refuse, unknownProvider, wrongSignature } from "./signed-request.ts";

export type RefusalsDeps = {
	readonly config: IngestConfig;
	readonly lane: (name: string) => Pick<LaneRpc, "refusals">;
	readonly now: () => number;
};
/** A refusal as a provider sees it: numbers of lanes are ours. */
export type ToldRefusal = Omit<MatchRefusal, "no">;
export type RefusalsBody = {
	readonly refusals: readonly ToldRefusal[];
	/** For the next question. */
	readonly after: string;
	/** There is more behind it already. */
	readonly more: boolean;
};

export const toldRefusal = ({ no: _, ...told }: MatchRefusal): ToldRefusal => told;

/** One number a lane, in the order of the lanes. */
function numbersOf(after: string | null, lanes: number): readonly number[] | null {
	if (after === null) return Array.from({ length: lanes }, () => 0);
	const numbers = after.split("-");
	return numbers.length === lanes && numbers.every((number) => /^\d{1,15}$/.test(number)) ? numbers.map(Number) : null;
}

/** Throws where a lane did not answer: the same question may then be asked again. */
export async function refusals(
	request: Request,
	providerName: string,
	{ config, lane, now }: RefusalsDeps,
): Promise<{ readonly ok: true; readonly body: RefusalsBody } | Refusal> {
	const provider = providerOf(providerName);
	const secrets = config.secrets.get(providerName);
	if (provider === null || secrets === undefined) return unknownProvider(providerName);
	const { pathname, search, searchParams } = new URL(request.url);
	const wrong = await wrongSignature(request, secrets, `GET ${pathname}${search}`, now());
	if (wrong !== null) return wrong;
	const names = laneNamesOf(provider.group, config.lanesPerGroup);
	const numbers = numbersOf(searchParams.get("after"), names.length);
	if (numbers === null)
		return refuse("invalid_request", "The query does not fit its description", [
			{ path: "after", message: "not what an answer before has named" },
		]);
	const pages = await Promise.all(
		names.map(async (name, at) => {
			const after = numbers[at] ?? 0;
			const page = (await lane(name).refusals({ v: 1, lane: name, provider: providerName, after })).refusals;
			return { page, after: page.at(-1)?.no ?? after };
		}),
	);
	return {
		ok: true,
		body: {
			refusals: pages
				.flatMap(({ page }) => page)
				.toSorted((one, other) => one.refusedAtMs - other.refusedAtMs)
				.map(toldRefusal),
			after: pages.map(({ after }) => after).join("-"),
			more: pages.some(({ page }) => page.length === FEED.refusalsPerPage),
		},
	};
}
