/** What bare objects say to each other of a bet. */
export type Bet = {
	readonly id: string;
	readonly playerId: string;
	readonly matchId: string;
	readonly marketId: string;
	readonly outcomeId: string;
	readonly stakeMinor: number;
};
export type Decided = { readonly id: string; readonly oddsMilli: number };

/** A batch under way at a time; what comes meanwhile is the next. */
export function batched<T, R>(run: (items: readonly T[]) => Promise<readonly R[]>): (item: T) => Promise<R> {
	type Waiting = { readonly item: T; readonly done: (result: R) => void; readonly failed: (fault: unknown) => void };
	let waiting: Waiting[] = [];
	let isBusy = false;
	const pump = async (): Promise<void> => {
		isBusy = true;
		while (waiting.length > 0) {
			const batch = waiting;
			waiting = [];
			try {
				const results = await run(batch.map(({ item }) => item));
				for (const [index, { done, failed }] of batch.entries()) {
					const result = results[index];
					if (result === undefined) failed(new Error("no result"));
					else done(result);
				}
			} catch (fault) {
				for (const { failed } of batch) failed(fault);
			}
		}
		isBusy = false;
	};
	return (item) =>
		new Promise((done, failed) => {
			waiting.push({ item, done, failed });
			if (!isBusy) void pump();
		});
}
