/** A package URL's parts. https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst */
export interface Purl {
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
  readonly version?: string | undefined;
  readonly qualifiers: ReadonlyMap<string, string>;
}

const LIKE = /^pkg:\/*([^/?#@]+)\/([^?#]+?)(?:\?([^#]*))?(?:#.*)?$/;

/** Reads a package URL; `undefined` if the text is not one. */
export function parsePurl(text: string): Purl | undefined {
  const [, type = '', path = '', query = ''] = LIKE.exec(text) ?? [];
  if (type === '') return undefined;
  const at = path.lastIndexOf('@');
  const isVersion = at > path.lastIndexOf('/');
  const parts = (isVersion ? path.slice(0, at) : path)
    .split('/')
    .filter(part => part !== '')
    .map(decoded);
  const name = parts.at(-1);
  if (name === undefined) return undefined;
  const qualifiers = query.split('&').flatMap(pair => {
    const [key = '', ...value] = pair.split('=');
    return key === '' ? [] : [[key.toLowerCase(), decoded(value.join('='))] as const];
  });
  return {
    type: type.toLowerCase(),
    namespace: parts.slice(0, -1).join('/'),
    name,
    version: isVersion ? decoded(path.slice(at + 1)) : undefined,
    qualifiers: new Map(qualifiers),
  };
}

/**
 * Whether a statement's package URL means the package. Its missing parts match anything, and its other parts
 * must be equal.
 */
export function meansPackage(stated: Purl, actual: Purl): boolean {
  return (
    stated.type === actual.type &&
    stated.namespace.toLowerCase() === actual.namespace.toLowerCase() &&
    stated.name.toLowerCase() === actual.name.toLowerCase() &&
    (stated.version === undefined || stated.version === actual.version) &&
    [...stated.qualifiers].every(([key, value]) => actual.qualifiers.get(key) === value)
  );
}

/** Decodes a text. If it is not percent-encoded UTF-8, it stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
