/** The embedded PostgreSQL, started again on its port whenever it ends before it is told to, for as long as it takes. */
import { type RunningPostgres, startPostgres } from "./embedded.ts";

export type KeptPostgres = { readonly connectionString: string; readonly stop: () => Promise<void> };

/** On a full disk, or beside the last sessions of a killed server, a start fails at once: the next one may not. */
const AGAIN_MS = 1_000;

export async function keepPostgres(options: {
	readonly stateDir: string;
	/** One line where it has ended, and one where it is back. */
	readonly say: (line: string) => void;
	readonly start?: typeof startPostgres;
	readonly againMs?: number;
}): Promise<KeptPostgres> {
	const { stateDir, say, start = startPostgres, againMs = AGAIN_MS } = options;
	const first = await start({ stateDir });
	let running: RunningPostgres | null = first;
	let stopped: () => void = () => {};
	let isStopping = false;
	const stopping = new Promise<void>((resolve) => {
		stopped = resolve;
	});

	const keep = async (): Promise<void> => {
		while (running !== null) {
			const why = await running.ended;
			running = null;
			if (isStopping) return;
			say(`PostgreSQL ended (${why}) and is started again: reports wait for it, bets do not`);
			while (!isStopping && running === null) {
				running = await start({ stateDir, port: first.port }).catch(() => null);
				if (running === null) await Promise.race([stopping, new Promise((again) => setTimeout(again, againMs))]);
			}
			if (!isStopping) say("PostgreSQL is up again");
		}
	};
	const keeping = keep();
	return {
		connectionString: first.connectionString,
		stop: async () => {
			isStopping = true;
			stopped();
			await running?.stop();
			await keeping;
			// A start that was under way when it was told to stop.
			await running?.stop();
		},
	};
}
