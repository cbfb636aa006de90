/** Cloudflare's list, as it stood when it was read; what a plan includes is so little beside these amounts that it is left out. */
export const PRICES = {
	readOn: "2026-11-27",
	sources: [
		"https://developers.cloudflare.com/workers/platform/pricing/",
		"https://developers.cloudflare.com/durable-objects/platform/pricing/",
		"https://developers.cloudflare.com/queues/platform/pricing/",
	],
	/** US dollars a million. */
	workerRequests: 0.3,
	workerCpuMs: 0.02,
	objectRequests: 0.15,
	objectGbSeconds: 12.5,
	rowsRead: 0.001,
	rowsWritten: 1,
	queueOperations: 0.4,
	/** US dollars a GB and month. */
	storageGbMonth: 0.2,
	/** So many incoming messages of sockets are one request. */
	messagesPerRequest: 20,
	/** An object that cannot rest is billed with 128 MB. */
	objectGb: 0.128,
	/** An operation of a queue is 64 kB written, read or deleted. */
	queueOperationBytes: 64_000,
} as const;

/** What Cloudflare states as limits (docs of Durable Objects and of Queues, the same day). */
export const STATED = {
	/** A soft limit: an object above it may be refused as overloaded. */
	objectRequestsPerSec: 1_000,
	queueMessagesPerSec: 5_000,
	messageBytes: 33_554_432,
} as const;
