/**
 * How far each relay follows its publisher (FRM-4). What is sent to one that cannot follow waits in memory that nobody has counted:
 * one further behind than `behindFrames` is told that it is stale and gets nothing more until it acknowledges, and then an image. A
 * relay of a release that acknowledges nothing is sent everything, as it was. Pure.
 */
import { SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";

type Follower = { acked: Position; isLeftOut: boolean };

export class Following<Reader> {
	/** Those that have acknowledged something since this instance began. */
	readonly #followers = new Map<Reader, Follower>();

	/** What becomes of a frame; `to`: the place it leads to, null where it uses none. `leave_out`: from this one on. */
	next(reader: Reader, to: Position | null): "send" | "leave_out" | "left_out" {
		const follower = this.#followers.get(reader);
		if (follower === undefined) return "send";
		if (follower.isLeftOut) return "left_out";
		const { acked } = follower;
		if (to === null || to.epoch !== acked.epoch || to.offset - acked.offset <= SOCKET.behindFrames) return "send";
		follower.isLeftOut = true;
		return "leave_out";
	}

	/** True where it had been left out: an image is due. */
	acknowledged(reader: Reader, acked: Position): boolean {
		const follower = this.#followers.get(reader);
		// What it takes of before its newest image shows only that this has not been reached: another one would wait behind it.
		if (follower?.acked.epoch === acked.epoch && acked.offset < follower.acked.offset) return false;
		this.#followers.set(reader, { acked, isLeftOut: false });
		return follower?.isLeftOut === true;
	}

	/** It is answered, or given an image, up to here: what it is behind counts from there. */
	caughtUp(reader: Reader, head: Position): void {
		if (this.#followers.has(reader)) this.#followers.set(reader, { acked: head, isLeftOut: false });
	}

	forget(reader: Reader): void {
		this.#followers.delete(reader);
	}
}
