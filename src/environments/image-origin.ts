/** Where an environment takes images from. `all`: each source has to agree; `any`: one source is enough. */
export type ImageOrigin =
  | { readonly kind: 'build' }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'environments'; readonly need: 'all' | 'any'; readonly names: readonly string[] };

/** An image's origin as it is written. */
export type WrittenOrigin =
  | string
  | readonly string[]
  | { readonly all: readonly string[] }
  | { readonly any: readonly string[] };

/** The written names, in their order: `build`, or environments. */
export function writtenSources(from: WrittenOrigin): readonly string[] {
  if (typeof from === 'string') return [from];
  if ('all' in from) return from.all;
  return 'any' in from ? from.any : from;
}

/** An origin as YAML in one line: `staging`, `{ any: [eu, us] }`. */
export function originYaml(from: WrittenOrigin): string {
  if (typeof from === 'string') return from;
  const list = `[${writtenSources(from).join(', ')}]`;
  if ('all' in from) return `{ all: ${list} }`;
  return 'any' in from ? `{ any: ${list} }` : list;
}

/** The origin in its normal form: a list of one name becomes that one. */
export function normaliseOrigin(from: WrittenOrigin): ImageOrigin {
  const names = [...new Set(writtenSources(from))];
  const [name = 'build'] = names;
  if (name === 'build') return { kind: 'build' };
  if (names.length === 1) return { kind: 'environment', name };
  return { kind: 'environments', need: typeof from === 'object' && 'any' in from ? 'any' : 'all', names };
}

/** The environments that images are taken from, in the file's order; none for builds. */
export function sourceNames(from: ImageOrigin): readonly string[] {
  switch (from.kind) {
    case 'build':
      return [];
    case 'environment':
      return [from.name];
    case 'environments':
      return from.names;
  }
}

/** Where images come from, for people: `build`, `staging`, `eu and us`, `eu or us`. */
export function originText(from: ImageOrigin): string {
  if (from.kind === 'build') return 'build';
  const last = sourceNames(from).at(-1);
  const others = sourceNames(from).slice(0, -1);
  if (from.kind === 'environment' || others.length === 0) return `${last}`;
  return `${others.join(', ')} ${from.need === 'all' ? 'and' : 'or'} ${last}`;
}

/** Several sources as the file names them. */
export function severalSources({
  need,
  names,
}: Extract<ImageOrigin, { readonly kind: 'environments' }>): SeveralSources {
  return need === 'all' ? { all: names } : { any: names };
}

/** Several sources as plans and records name them. */
export type SeveralSources = { readonly all: readonly string[] } | { readonly any: readonly string[] };

/** An environment as if it took from one of its sources alone. */
export function takingFrom<Whole extends { readonly from: ImageOrigin }>(whole: Whole, name: string): Whole {
  return { ...whole, from: { kind: 'environment', name } };
}
