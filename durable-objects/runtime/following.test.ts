import { expect, test } from "vitest";
import { SOCKET } from "../../shared/limits.ts";
import { Following } from "./following.ts";

const at = (offset: number, epoch = "e1") => ({ epoch, offset });
const LAST = SOCKET.behindFrames;

test("[FRM-4] a relay that is too far behind is left out once, gets nothing, and has an image at its acknowledgement", () => {
	const following = new Following<string>();
	expect(following.acknowledged("relay", at(0))).toBe(false);
	expect(following.next("relay", at(LAST))).toBe("send");
	expect(following.next("relay", at(LAST + 1))).toBe("leave_out");
	expect(following.next("relay", at(LAST + 2))).toBe("left_out");
	expect(following.next("relay", null)).toBe("left_out");
	expect(following.acknowledged("relay", at(1))).toBe(true);
	following.caughtUp("relay", at(LAST + 2));
	expect(following.acknowledged("relay", at(2))).toBe(false);
	expect(following.next("relay", at(2 * LAST + 2))).toBe("send");
	expect(following.next("relay", at(2 * LAST + 3))).toBe("leave_out");
});

test("[RUN-5] a relay of a release that acknowledges nothing is sent everything, and so is one that has come anew", () => {
	const following = new Following<string>();
	expect(following.next("old", at(1_000))).toBe("send");
	following.acknowledged("new", at(0));
	expect(following.next("new", at(1_000))).toBe("leave_out");
	following.forget("new");
	expect(following.next("new", at(1_000))).toBe("send");
});

test("[FRM-1] an acknowledgement of another history says nothing of this one", () => {
	const following = new Following<string>();
	following.acknowledged("relay", at(0, "e0"));
	expect(following.next("relay", at(1_000))).toBe("send");
});
