/** `/docs`: the API's document as a page, with its examples. */
import * as v from "valibot";
import { call } from "./api.ts";
import { el } from "./dom.ts";

const operationSchema = v.looseObject({
	tags: v.optional(v.array(v.string()), ["Other"]),
	summary: v.optional(v.string(), ""),
	description: v.optional(v.string(), ""),
	security: v.optional(v.array(v.record(v.string(), v.unknown())), []),
	requestBody: v.optional(v.unknown()),
	responses: v.record(
		v.string(),
		v.looseObject({
			description: v.string(),
			content: v.optional(v.record(v.string(), v.looseObject({ schema: v.optional(v.unknown()) }))),
		}),
	),
});
const documentSchema = v.looseObject({
	info: v.looseObject({ title: v.string(), description: v.optional(v.string(), "") }),
	paths: v.record(v.string(), v.record(v.string(), operationSchema)),
	components: v.optional(v.looseObject({ schemas: v.optional(v.record(v.string(), v.unknown()), {}) }), {
		schemas: {},
	}),
});
type Operation = v.InferOutput<typeof operationSchema>;

export async function docsPage(): Promise<void> {
	const doc = await call(documentSchema, "/openapi.json");
	const groups = new Map<string, HTMLElement[]>();
	for (const [path, methods] of Object.entries(doc.paths)) {
		for (const [method, operation] of Object.entries(methods)) {
			const tag = operation.tags[0] ?? "Other";
			groups.set(tag, [...(groups.get(tag) ?? []), operationCard(method, path, operation)]);
		}
	}
	const schemas = Object.entries(doc.components.schemas).map(([name, schema]) =>
		el(
			"details",
			{ class: "card", id: `schema-${name}` },
			el("summary", {}, name),
			el("pre", {}, JSON.stringify(schema, null, 2)),
		),
	);
	document.body.append(
		el(
			"div",
			{ class: "bar" },
			el("a", { class: "logo", href: "/" }, el("img", { src: "/favicon.svg", alt: "" }), "Touchline"),
			el("span", { class: "muted" }, "API"),
			el("span", { class: "grow" }),
			el("a", { href: "/openapi.json" }, "openapi.json"),
		),
		el(
			"main",
			{ class: "wrap", id: "docs" },
			el("p", { class: "muted" }, doc.info.description),
			...[...groups].map(([tag, cards]) => el("section", { class: "list" }, el("h2", {}, tag), ...cards)),
			el("section", { class: "list" }, el("h2", {}, "Schemas"), ...schemas),
		),
	);
}

function operationCard(method: string, path: string, operation: Operation): HTMLElement {
	const tokens = operation.security.flatMap((need) => Object.keys(need));
	const responses = Object.entries(operation.responses).map(([status, response]) =>
		el("tr", {}, el("td", {}, status), el("td", {}, response.description), el("td", {}, schemaName(response.content))),
	);
	return el(
		"details",
		{ class: "card", "data-operation": `${method} ${path}` },
		el(
			"summary",
			{},
			el("span", { class: "tag open" }, method.toUpperCase()),
			" ",
			el("code", {}, path),
			" ",
			el("span", { class: "muted" }, operation.summary),
		),
		operation.description === "" ? null : el("p", {}, operation.description),
		tokens.length === 0
			? null
			: el("p", { class: "small muted" }, `Needs the ${tokens.join(" or ")}'s token: Authorization: Bearer …`),
		operation.requestBody === undefined ? null : el("pre", {}, JSON.stringify(operation.requestBody, null, 2)),
		el("table", {}, el("tbody", {}, ...responses)),
	);
}

function schemaName(content: Readonly<Record<string, { readonly schema?: unknown }>> | undefined): string {
	const schema = Object.values(content ?? {})[0]?.schema;
	const ref = v.safeParse(v.looseObject({ $ref: v.string() }), schema);
	return ref.success ? (ref.output.$ref.split("/").at(-1) ?? "") : "";
}
