/** The attributes that an element can get, by name, and `class`. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A child: an element, or text that is never read as markup. */
export type Child = Node | string | undefined;

/** Makes an element; an attribute that is undefined or false is left out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.filter(child => child !== undefined));
  return made;
}

/** A link to another site, which is not told the page's address; plain text if there is no URL. */
export function outside(text: string, url: string | undefined): Child {
  if (url === undefined) return text;
  return element('a', { href: url, rel: 'noopener noreferrer' }, text);
}

/** The page's element with that id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
