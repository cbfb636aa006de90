/**
 * Runs canaries, two at a time, and judges what comes of them. Whatever would catch one has to hold on the source as it is:
 * the same seed, or the same file of tests, is run without the patch too.
 */
import type { Canary } from "./canary.ts";
import { type Copy, copyWith, runHistories, runTest } from "./copies.ts";
import { historyVerdict, testVerdict, toldBy, type Verdict } from "./verdict.ts";

export type RunOptions = { readonly from: number; readonly seeds: number; readonly minutes: number };

/** A core each, on the small machines that run them. */
const AT_ONCE = 2;
/** For one canary's histories: so many take a quarter of it on a machine that does something else as well. */
const HISTORIES_TIMEOUT_MS = 600_000;
/** Starting a platform and a browser takes most of it. */
const TEST_TIMEOUT_MS = 180_000;

/** What its histories have in common. */
const kindOf = ({ deploys, longNight }: Canary) => ({ deploys: deploys === true, longNight: longNight === true });

export class Runner {
	readonly #options: RunOptions;
	/** Whether the source as it is holds: by seed, or by file of tests. */
	readonly #sound = new Map<string, Promise<string | null>>();
	#plain: Copy | null = null;

	constructor(options: RunOptions) {
		this.#options = options;
	}

	/** Every canary's end, told as it comes. */
	async run(canaries: readonly Canary[], tell: (canary: Canary, verdict: Verdict) => void): Promise<void> {
		const waiting = [...canaries];
		const work = async (): Promise<void> => {
			for (let canary = waiting.shift(); canary !== undefined; canary = waiting.shift())
				tell(canary, await this.judge(canary));
		};
		try {
			await Promise.all(Array.from({ length: AT_ONCE }, work));
		} finally {
			this.#plain?.remove();
			this.#plain = null;
		}
	}

	async judge(canary: Canary): Promise<Verdict> {
		const made = copyWith(canary.patches);
		if (made.kind === "unfit") return made;
		try {
			const verdict = await this.#verdictOn(canary, made.copy);
			if (verdict.kind !== "caught") return verdict;
			const fault = await this.#faultWithout(canary, verdict.by);
			return fault === null ? verdict : { kind: "unsound", why: fault };
		} finally {
			made.copy.remove();
		}
	}

	async #verdictOn(canary: Canary, copy: Copy): Promise<Verdict> {
		if (canary.test !== null)
			return testVerdict(canary, await runTest(copy, canary.test, TEST_TIMEOUT_MS), copy.counted);
		const { rules } = canary;
		const asked = { ...this.#options, ...kindOf(canary), rules, timeoutMs: HISTORIES_TIMEOUT_MS };
		const ended = await runHistories(copy, asked);
		return historyVerdict(canary, toldBy(ended.output), ended);
	}

	#faultWithout(canary: Canary, by: { readonly seed: number } | { readonly test: string }): Promise<string | null> {
		const { test } = canary;
		const kind = kindOf(canary);
		const key = test === null && "seed" in by ? `seed ${by.seed} ${JSON.stringify(kind)}` : `${test?.file}`;
		const known = this.#sound.get(key);
		if (known !== undefined) return known;
		const asked = test === null && "seed" in by ? this.#seedHolds(by.seed, kind) : this.#testHolds(test);
		this.#sound.set(key, asked);
		return asked;
	}

	async #seedHolds(seed: number, kind: ReturnType<typeof kindOf>): Promise<string | null> {
		const { minutes } = this.#options;
		const ended = await runHistories(this.#unpatched(), {
			from: seed,
			seeds: 1,
			minutes,
			rules: [],
			...kind,
			timeoutMs: HISTORIES_TIMEOUT_MS,
		});
		const [told] = toldBy(ended.output);
		if (told?.kind !== "history") return `seed ${seed} does not end without the patch`;
		const [first] = told.violations;
		return first === undefined ? null : `seed ${seed} breaks [${first.rule}] without the patch`;
	}

	async #testHolds(test: Canary["test"]): Promise<string | null> {
		if (test === null) return "there is no test";
		const verdict = testVerdict(
			{ name: "", rules: [], patches: [], test },
			await runTest(this.#unpatched(), test, TEST_TIMEOUT_MS),
			[],
		);
		return verdict.kind === "alive"
			? null
			: `${test.file} fails without the patch: ${verdict.kind === "caught" ? "" : verdict.why}`;
	}

	#unpatched(): Copy {
		if (this.#plain !== null) return this.#plain;
		const made = copyWith([]);
		if (made.kind === "unfit") throw new Error(made.why);
		this.#plain = made.copy;
		return made.copy;
	}
}
