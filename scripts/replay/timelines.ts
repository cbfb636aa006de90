/** The timeline of a replay, whatever its sport. */
import { basketballTimelineOf } from "./basketball-timeline.ts";
import { footballTimelineOf } from "./football-timeline.ts";
import { tennisTimelineOf } from "./tennis-timeline.ts";
import type { Timeline, TimelineOptions } from "./timeline.ts";

export function timelineOf({ replay, ...options }: TimelineOptions): Timeline {
	switch (replay.sport) {
		case "football":
			return footballTimelineOf({ ...options, replay });
		case "tennis":
			return tennisTimelineOf({ ...options, replay });
		case "basketball":
			return basketballTimelineOf({ ...options, replay });
	}
}
