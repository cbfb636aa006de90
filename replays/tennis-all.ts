import type { TennisReplay } from "./tennis-replay.ts";
import { usOpen2021Women } from "./tennis-us-open-2021-women.ts";
import { wimbledon2019Final } from "./tennis-wimbledon-2019-final.ts";

export const TENNIS_REPLAYS: readonly TennisReplay[] = [wimbledon2019Final, usOpen2021Women];
