/** What a caller hears of a call whose request or answer got lost. */
export class LostCall extends Error {
	constructor(to: string, method: string) {
		super(`${to}.${method}: lost`);
		this.name = "LostCall";
	}
}
