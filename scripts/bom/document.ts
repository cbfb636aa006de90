/** The software bill of materials: CycloneDX 1.6 of every locked package, and which of them are shipped where. */
import { Contrib, Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { Bundled } from "./bundles.ts";
import type { Package } from "./lockfile.ts";

/** Names a bundle that a package is in; a component has one of these for each. */
export const BUNDLED_IN = "touchline:bundledIn";

export type BomInput = {
	readonly packages: ReadonlyMap<string, Package>;
	readonly bundled: Bundled;
	readonly madeAt: Date;
	/** A random UUID: each bill has a number of its own. */
	readonly serial: string;
};

export function bomText({ packages, bundled, madeAt, serial }: BomInput): string {
	const components = new Map(
		[...packages.values()].map((found) => [found.path, componentOf(found, bundled.get(found.path) ?? [])] as const),
	);
	for (const [path, component] of components)
		for (const needed of packages.get(path)?.needs ?? []) {
			const other = components.get(needed);
			if (other !== undefined) component.dependencies.add(other.bomRef);
		}
	const project = components.get("");
	components.delete("");
	const bom = new Models.Bom({
		serialNumber: `urn:uuid:${serial}`,
		metadata: new Models.Metadata({ timestamp: madeAt, component: project }),
		components: new Models.ComponentRepository(components.values()),
	});
	const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
	return `${serializer.serialize(bom, { sortLists: true, space: "\t" })}\n`;
}

function componentOf(found: Package, bundles: readonly string[]): Models.Component {
	const isProject = found.path === "";
	const [group, name] = found.name.startsWith("@") ? found.name.split("/") : [undefined, found.name];
	const type = isProject ? Enums.ComponentType.Application : Enums.ComponentType.Library;
	const component = new Models.Component(type, name ?? found.name, {
		bomRef: isProject ? "touchline" : found.path,
		version: found.version,
		...(group === undefined ? {} : { group }),
		...(isProject ? {} : { purl: purlOf(found), scope: scopeOf(found, bundles) }),
	});
	if (found.sha512Hex !== null) component.hashes.set(Enums.HashAlgorithm["SHA-512"], found.sha512Hex);
	if (found.licence !== null) component.licenses.add(licenceOf(found.licence));
	for (const bundle of bundles) component.properties.add(new Models.Property(BUNDLED_IN, bundle));
	return component;
}

/** Shipped; needed to run the platform on one machine; or for development alone. */
function scopeOf({ isDevelopment }: Package, bundles: readonly string[]): Enums.ComponentScope {
	if (bundles.length > 0) return Enums.ComponentScope.Required;
	return isDevelopment ? Enums.ComponentScope.Excluded : Enums.ComponentScope.Optional;
}

const purlOf = ({ name, version }: Package): string => `pkg:npm/${name.replace("@", "%40")}@${version}`;

const licences = new Contrib.License.Factories.LicenseFactory((expression) => {
	if (!/^\(?[\w.+-]+\)?( (AND|OR|WITH) \(?[\w.+-]+\)?)+$/.test(expression))
		throw new RangeError(`no expression of licences: ${expression}`);
});
const licenceOf = (words: string): Models.License => licences.makeFromString(words);
