/** A call that takes too long counts as failed; its late answer is dropped by the caller. */
import { type FieldError, isContractFault } from "../../shared/errors.ts";
import type { Ports } from "./ports.ts";

export class RpcTimeout extends Error {
	constructor(what: string, timeoutMs: number) {
		super(`${what} took longer than ${timeoutMs} ms`);
		this.name = "RpcTimeout";
	}
}

/**
 * The callee has refused the call as none of its contract: the same again would be refused again. An answer that the caller
 * cannot read is something else, and may be better the next time.
 */
export class CallRefused extends Error {
	readonly errors: readonly FieldError[];
	constructor(message: string, errors: readonly FieldError[]) {
		super(message);
		this.name = "CallRefused";
		this.errors = errors;
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
				reject(isContractFault(fault) ? new CallRefused(fault.message, fault.errors) : fault);
			},
		);
	});
}
