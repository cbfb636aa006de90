/** A call that takes too long counts as failed; its late answer is dropped by the caller. */
import type { Ports } from "./ports.ts";

export class RpcTimeout extends Error {
	constructor(what: string, timeoutMs: number) {
		super(`${what} took longer than ${timeoutMs} ms`);
		this.name = "RpcTimeout";
	}
}

export function withTimeout<T>(
	ports: Pick<Ports, "timer">,
	what: string,
	timeoutMs: number,
	call: Promise<T>,
): Promise<T> {
	return new Promise((resolve, reject) => {
		const cancel = ports.timer(timeoutMs, () => reject(new RpcTimeout(what, timeoutMs)));
		call.then(
			(value) => {
				cancel();
				resolve(value);
			},
			(fault) => {
				cancel();
				reject(fault);
			},
		);
	});
}
