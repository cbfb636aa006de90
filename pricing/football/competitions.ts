/**
 * Competitions whose 1X2 prices say more or less of goals than others' do. Feeds name a competition in words, so the words are
 * listed; a bare "Premier League" or "Serie A" is played in several countries and says nothing.
 */

/** Code by name, in lower case. The codes are those of the matches that the parameters are fitted on. */
const CODES: ReadonlyMap<string, string> = new Map(
	(
		[
			["ENG1", "England, Premier League", "English Premier League", "EPL"],
			["ESP1", "Spain, LaLiga", "Spain, La Liga", "Spain, Primera Division", "LaLiga", "La Liga"],
			["FRA1", "France, Ligue 1", "French Ligue 1"],
			["GER1", "Germany, Bundesliga", "German Bundesliga"],
			["ITA1", "Italy, Serie A", "Italian Serie A"],
		] as const
	).flatMap(([code, ...names]) => [code, ...names].map((name) => [name.toLowerCase(), code] as const)),
);

/** The competition's code, or its own name where it has none. */
export const competitionCode = (name: string): string => CODES.get(name.trim().toLowerCase()) ?? name;
