/** A match written down from public facts, in the form of its sport. */
import type { FootballReplay } from "./football-replay.ts";

export type ReplaySide = "home" | "away";
export type Replay = FootballReplay;
