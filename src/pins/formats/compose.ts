import type { Around } from '../around.ts';
import type { FileFormat } from '../format.ts';
import { valueSites } from '../shapes/values.ts';
import { editParts } from '../site/edit-parts.ts';
import { type Interpolate, scalarSite } from '../site/scalar-site.ts';
import { type Found, textSites } from '../site/text-site.ts';
import { joinTraced, sliceTraced, type Traced } from '../text/traced.ts';
import { parseFile } from '../yaml/document.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, locatorOf, requireUnique, roots, scalarAt, values } from '../yaml/spot.ts';
import { traceScalar } from '../yaml/traced-scalar.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import { namedInDockerfile } from './dockerfile.ts';

/**
 * The images of a compose file's services, and the base images of their builds. A variable's default counts
 * as its value. https://github.com/compose-spec/compose-spec/blob/main/05-services.md#image
 */
export const compose: FileFormat = {
  name: 'compose',
  is: path => /(?:^|\/)(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$/.test(path),
  sites: (source, around) => {
    const all = roots(parseFile(source));
    const services = all.flatMap(root => values(child(root, 'services')));
    const found = services.flatMap(service => serviceSites(service, around));
    const taken = new Set(found.map(({ locator }) => locator));
    const others = all
      .flatMap(root => valueSites(root, 'compose'))
      .filter(({ pin }) => !taken.has(pin.locator));
    return [...textSites(source, 'compose', found), ...others];
  },
  edit: editParts,
};

/** If a service has a build, its image is the build's output: a pin only where its repository is known. */
function serviceSites(service: Spot, { known }: Around): readonly Found[] {
  const image = scalarAt(service, 'image');
  const build = child(service, 'build');
  const named = scalarSite(image, interpolate).map(found =>
    'value' in found ? { ...found, digestInTag: true as const } : found,
  );
  if (build === undefined) return named;
  const built =
    known === undefined
      ? named.map(found => ({
          ...explained(found),
          why: 'internal' as const,
          reason: 'it names what this service builds',
        }))
      : named.map(found => ({ ...found, guessed: true as const }));
  return [...built, ...inlineSites(scalarAt(build, 'dockerfile_inline')), ...contextSites(build)];
}

function explained(found: Found): Pick<Found, 'locator' | 'start'> & { readonly written: string } {
  const { locator, start } = found;
  return { locator, start, written: 'value' in found ? found.value.text : found.written };
}

/** https://github.com/compose-spec/compose-spec/blob/main/build.md#dockerfile_inline */
function inlineSites(inline: Spot<YamlScalar> | undefined): readonly Found[] {
  if (inline === undefined || inline.node.text === '') return [];
  requireUnique(inline);
  const locator = locatorOf(inline);
  const value = traceScalar(inline);
  if (value === undefined) {
    const reason = 'it is written with escapes or folded';
    return [{ locator, start: inline.node.start, written: 'dockerfile_inline', why: 'unreadable', reason }];
  }
  return namedInDockerfile(interpolateKnown(value)).map(site => ({
    ...site,
    locator: `${locator} ${site.locator}`,
  }));
}

const IMAGE = 'docker-image://';

/** https://github.com/compose-spec/compose-spec/blob/main/build.md#additional_contexts */
function contextSites(build: Spot): readonly Found[] {
  const contexts = child(build, 'additional_contexts');
  return [...values(contexts), ...items(contexts)].flatMap(context => {
    const { node } = context;
    const at = node.kind === 'scalar' ? node.text.indexOf(IMAGE) : -1;
    if (node.kind !== 'scalar' || at < 0) return [];
    return scalarSite({ ...context, node }, interpolate, node.text.slice(0, at + IMAGE.length));
  });
}

const VARIABLE = /\$\$|\$\{(\w+):?-([^${}]*)\}|\$\{[^}]*\}?|\$\w*/g;

const interpolate: Interpolate = value => {
  const unset = [...value.text.matchAll(VARIABLE)].find(([, , fallback]) => fallback === undefined);
  return unset === undefined ? interpolateKnown(value) : { unresolved: unset[0] };
};

/** Fills in defaults and `$$`. A variable without a value in the file stays as it is written. */
function interpolateKnown(value: Traced): Traced {
  const parts: Traced[] = [];
  let done = 0;
  for (const { 0: text, 2: fallback, index } of value.text.matchAll(VARIABLE)) {
    const end = index + text.length;
    if (text !== '$$' && fallback === undefined) continue;
    const [first, last] = fallback === undefined ? [end - 1, end] : [end - 1 - fallback.length, end - 1];
    parts.push(sliceTraced(value, done, index), sliceTraced(value, first, last));
    done = end;
  }
  return joinTraced([...parts, sliceTraced(value, done)]);
}
