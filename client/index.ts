/** The client library. Each export stands alone, so a page carries only what it uses. */
export type { Listener, TokenSource, TopicError, Update } from "./channel.ts";
export { type ClientOptions, type ConnectionStatus, TouchlineClient } from "./client.ts";
export { subscribeLobby } from "./lobby.ts";
export { subscribeMatch } from "./match.ts";
export { subscribeMe } from "./me.ts";
export type { ClientProblem } from "./problem.ts";
export type { SchemaSource } from "./schemas.ts";
