/** A match written down from public facts, in the form of its sport. */
import type { BasketballReplay } from "./basketball-replay.ts";
import type { FootballReplay } from "./football-replay.ts";
import type { TennisReplay } from "./tennis-replay.ts";

export type Replay = FootballReplay | TennisReplay | BasketballReplay;
