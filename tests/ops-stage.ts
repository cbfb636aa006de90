/** `/ops` before a platform that the test speaks for: one match, what holds there, and every command that was sent. */
import type { Browser } from "playwright-core";
import { MATCH_ID, openOps, openStage, type Reply, type Stage } from "./page-stage.ts";

export type Command = { readonly id: string; readonly trader: string; readonly command: object };
export type OpsStage = Stage & {
	readonly commands: readonly Command[];
	/** What holds at the match from the next look on. */
	readonly holds: (more: object) => void;
	readonly markets: (ids: readonly string[]) => void;
};

const OUTCOMES = ["home", "draw", "away"].map((outcomeId) => ({ outcomeId, riskBaseMinor: 0, stakeBaseMinor: 0 }));
export const pricingOf = (marginPpm: number | null): object => ({
	margins: [
		...(marginPpm === null ? [] : [{ view: null, group: null, marginPpm }]),
		{ view: null, group: "goals", marginPpm: 80_000 },
	],
	traderShifts: { "1x2": { home: 40 } },
	liabilityShifts: {},
	liabilityMaxMilli: 100,
});

export async function openOpsStage(
	browser: Browser,
	locale = "en-GB",
	reply: (attempt: number) => Reply = () => applied,
	name: string | null = "ada",
): Promise<OpsStage> {
	const commands: Command[] = [];
	let match: object = {
		matchId: MATCH_ID,
		name: "Argentina – France",
		inPlay: true,
		ended: false,
		lastSeq: 1,
		deskOutboxDepth: 0,
		reportOutboxDepth: 0,
		capBaseMinor: 500_000,
		delayMs: 5_000,
		pricing: pricingOf(50_000),
	};
	let marketIds: readonly string[] = ["1x2", "ou:2.5", "trophy"];
	const stage = await openStage(browser, {
		locale,
		onCall: (method, path, body) => {
			if (path === "/v1/ops/matches") return { status: 200, body: { matches: [match] } };
			if (path.endsWith("/exposure")) {
				const markets = marketIds.map((marketId, at) => ({
					marketId,
					name: `Market ${marketId}`,
					status: ["open", "suspended", "settled"][at] ?? "open",
					outcomes: OUTCOMES,
				}));
				return { status: 200, body: { capBaseMinor: 500_000, baseCurrency: "EUR", markets, ladder: [] } };
			}
			if (method !== "POST" || !path.endsWith("/commands")) return null;
			commands.push(body as Command);
			return reply(commands.length);
		},
	});
	await openOps(stage, name);
	return {
		...stage,
		commands,
		holds: (more) => {
			match = { ...match, ...more };
		},
		markets: (ids) => {
			marketIds = ids;
		},
	};
}

export const applied: Reply = { status: 200, body: { kind: "applied" } };
export const choose = async ({ page }: Stage, action: string, number?: string): Promise<void> => {
	await page.selectOption('[name="action"]', action);
	if (number !== undefined) await page.fill('[name="number"]', number);
};
export const says = ({ page }: Stage, selector: string, words: string): Promise<unknown> =>
	page.waitForSelector(`${selector}:has-text("${words}")`);
