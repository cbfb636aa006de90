/** What a match reaches of the world. */
import type { BoardRpc } from "../../shared/contracts/board.ts";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import type { Region } from "../../shared/contracts/ids.ts";
import type { ReportMessage } from "../../shared/contracts/reports.ts";
import type { Ports } from "../runtime/ports.ts";

export type MatchDeps = {
	readonly ports: Ports;
	readonly matchId: string;
	readonly desk: (region: Region) => Pick<DeskRpc, "results">;
	readonly board: () => Pick<BoardRpc, "upsert">;
	readonly sendReports: (messages: readonly ReportMessage[]) => Promise<void>;
	/** The relays that listen. */
	readonly readers: { readonly send: (frame: string) => void; readonly count: () => number };
};
