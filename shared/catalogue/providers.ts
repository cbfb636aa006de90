/** The providers there are: how often they speak, and when their silence counts (LAN-2, LAN-3). */
import type { Provider } from "./schemas.ts";

export const PROVIDERS: readonly Provider[] = [
	/** Our own replays: a heartbeat each real second. */
	{ provider: "replay", group: "demo", heartbeatMs: 1_000, quietLimitMs: 3_000, lostAfterMs: 6_000 },
	/** Sportradar's Unified Odds Feed: alive each 10 s, down after 20 s. */
	{ provider: "uof", group: "uof", heartbeatMs: 10_000, quietLimitMs: 12_000, lostAfterMs: 20_000 },
	/** Genius Sports: a heartbeat each 10 s, suspend after 25 s. */
	{ provider: "genius", group: "genius", heartbeatMs: 10_000, quietLimitMs: 12_000, lostAfterMs: 25_000 },
	/** Any source that speaks our canonical JSON. */
	{ provider: "json", group: "json", heartbeatMs: 5_000, quietLimitMs: 7_000, lostAfterMs: 15_000 },
];
const BY_NAME: ReadonlyMap<string, Provider> = new Map(PROVIDERS.map((provider) => [provider.provider, provider]));

export const PROVIDER_NAMES: readonly string[] = PROVIDERS.map(({ provider }) => provider);
export const PROVIDER_GROUPS: readonly string[] = [...new Set(PROVIDERS.map(({ group }) => group))];

export function providerOf(name: string): Provider | null {
	return BY_NAME.get(name) ?? null;
}
