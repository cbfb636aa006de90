/** The little that these pages need of a DOM library. Styles are classes: the content security policy allows no others. */

type Child = Node | string | null | undefined | false;
type Props = {
	readonly class?: string;
	readonly onclick?: (event: MouseEvent) => void;
	readonly [attribute: string]: unknown;
};

export function el<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	props: Props = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(props)) {
		if (value === undefined || value === null || value === false) continue;
		if (name === "class") element.className = String(value);
		else if (name === "onclick") element.addEventListener("click", value as EventListener);
		else element.setAttribute(name, value === true ? "" : String(value));
	}
	element.append(
		...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false),
	);
	return element;
}

/** Writes text only when it differs, so that a page at rest does not repaint. */
export function setText(element: Element, text: string): void {
	if (element.textContent !== text) element.textContent = text;
}

export function setClass(element: Element, name: string, on: boolean): void {
	if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
}

/** Starts a CSS animation again from its first frame. */
export function flash(element: Element, name: string): void {
	element.classList.remove(name);
	void (element as HTMLElement).offsetWidth;
	element.classList.add(name);
}

/** Makes `wanted` the children of an element, moving none that already stands in its place. */
export function placeChildren(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
	const keep = new Set<Element>(wanted);
	for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
	wanted.forEach((element, index) => {
		if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
	});
}
