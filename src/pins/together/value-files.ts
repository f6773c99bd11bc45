import { findSites } from '../find.ts';
import { findMentions } from '../mentions/find-mentions.ts';
import type { Mention } from '../mentions/mention.ts';
import { readFile } from '../read.ts';
import { ignoreReason } from '../site/ignored.ts';
import type { PinSite } from '../site/site.ts';
import { pinValue } from '../value.ts';
import type { Spot } from '../yaml/source.ts';
import { locatorOf } from '../yaml/spot.ts';
import type { Files } from './implied.ts';
import type { Resource } from './kustomize-files.ts';
import { folderOf, mentionAt, readable } from './place.ts';
import { reachedFrom } from './reached.ts';
import { objectsIn, type Release, releasesIn } from './releases.ts';

const CHARTS = ['Chart.yaml', 'Chart.yml'];

/**
 * The paths of the values for what a file renders: value files, charts with their own values, and further
 * helmfiles. `paths` are those of the repository, among which a path may have wildcards.
 */
export function valuePaths(
  file: string,
  texts: ReadonlyMap<string, string>,
  paths: Iterable<string>,
): readonly string[] {
  return reachedFrom(file, texts, paths).flatMap(({ release: { values, helmfiles = [], chart } }) => [
    ...[...values, ...helmfiles].map(({ path }) => path),
    ...(chart === undefined ? [] : ['values.yaml', ...CHARTS].map(name => `${chart.path}/${name}`)),
  ]);
}

/** The names of ConfigMaps and Secrets that releases take values from, and that these files lack. */
export function absentObjects(
  texts: ReadonlyMap<string, string>,
  all: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const named = [...texts.keys()].flatMap(file => releasesIn(file, texts).flatMap(({ objects }) => objects));
  if (named.length === 0) return new Set();
  const there = new Set([...all].flatMap(([file, text]) => [...objectsIn(file, text)]));
  const names = named.map(({ node }) => (node.kind === 'scalar' ? node.text : ''));
  return new Set(names.filter(name => name !== '' && !there.has(name)));
}

/** The folders of charts where the environment has value files but the chart's own values are not its own. */
export function chartsOfValues(paths: ReadonlySet<string>, owned: ReadonlySet<string>): readonly string[] {
  const charts = [...paths].filter(path => CHARTS.some(name => path.endsWith(`/${name}`) || path === name));
  const folders = charts.map(folderOf).filter(folder => {
    const own = `${folder}values.yaml`;
    return paths.has(own) && !owned.has(own) && valuesIn(folder, owned).length > 0;
  });
  return [...new Set(folders)];
}

/** The environment's files in a chart's folder whose names look like value files. */
export function valuesIn(folder: string, owned: Iterable<string>): readonly string[] {
  return [...owned].filter(path => folderOf(path) === folder && /values[^/]*\.ya?ml$/i.test(path));
}

/**
 * Known images that value files outside of the environment pin, and that its own do not. They are reported
 * where the file is named, or in the environment's value files in the chart's folder.
 */
export function outsideValues(files: Files): readonly Mention[] {
  const { texts, beside } = files;
  const all = new Map([...beside, ...texts]);
  const named = [...texts.keys()].flatMap(first =>
    reachedFrom(first, all, all.keys()).flatMap(({ file, release }) => outsideOf(file, release, all, files)),
  );
  return [...distinct(named), ...chartDefaults(files)];
}

function outsideOf(
  file: string,
  release: Release,
  all: ReadonlyMap<string, string>,
  files: Files,
): readonly Mention[] {
  const { texts, beside, known, hasRule } = files;
  const { values, helmfiles = [] } = release;
  const named = [...values, ...helmfiles, ...defaultsOf(release, all), ...objectsOf(release, beside)];
  if (!named.some(({ path }) => beside.has(path))) return [];
  const own = named.map(({ path }) => path).filter(path => texts.has(path));
  const isDecided = (image: string) =>
    hasRule?.(file, image) ||
    pinsIn(file, texts.get(file) ?? '', image, known).some(site => isWithin(site, release.at)) ||
    own.some(path => hasRule?.(path, image) || pinsIn(path, texts.get(path) ?? '', image, known).length > 0);
  return named.flatMap(({ path, from }) => {
    const text = beside.get(path);
    if (text === undefined || from.node.kind !== 'scalar') return [];
    const scalar = { ...from, node: from.node };
    return pinnedIn(path, text, known).flatMap(({ image, repository, text: written, line }) =>
      isDecided(image)
        ? []
        : [
            mentionAt(scalar, known, {
              repository,
              text: `${written} of ${path}:${line}`,
              cure: cureOf(image, path),
            }),
          ],
    );
  });
}

function cureOf(image: string, path: string): string {
  return `pin ${image} in a value file of the environment, add ${path} to its \`files\`, or write \`# promote: ignore <reason>\` behind the line`;
}

/** A chart's own values, if its folder contains a chart. */
function defaultsOf({ chart }: Release, all: ReadonlyMap<string, string>): readonly Resource[] {
  if (chart === undefined || !CHARTS.some(name => all.has(`${chart.path}/${name}`))) return [];
  return [{ path: `${chart.path}/values.yaml`, from: chart.from }];
}

function objectsOf({ objects }: Release, beside: ReadonlyMap<string, string>): readonly Resource[] {
  return objects.flatMap(from => {
    const name = from.node.kind === 'scalar' ? from.node.text : '';
    const holding = [...beside].filter(
      ([path, text]) => text.includes(name) && objectsIn(path, text).has(name),
    );
    return holding.map(([path]) => ({ path, from }));
  });
}

function chartDefaults({ texts, beside, known, hasRule, charts = new Map() }: Files): readonly Mention[] {
  return [...charts].flatMap(([folder, own]) => {
    const path = `${folder}values.yaml`;
    const pinned = pinnedIn(path, beside.get(path) ?? '', known);
    return [...own].flatMap(([file, text]) =>
      pinned.flatMap(({ image, repository, text: written, line }): readonly Mention[] => {
        if (hasRule?.(file, image) || pinsIn(file, texts.get(file) ?? '', image, known).length > 0) return [];
        const reason = ignoreReason(text.split('\n'), 1);
        const kind = reason === undefined ? 'told' : reason === '' ? 'unreasoned' : 'settled';
        const cure = cureOf(image, path).replace('behind the line', 'in the first line');
        const said = {
          image,
          repository,
          text: `${written} of ${path}:${line}`,
          kind,
          reason,
          cure,
        } as const;
        return [{ file, line: 1, column: 1, ...said }];
      }),
    );
  });
}

function isWithin({ pin: { locator } }: PinSite, part: Spot): boolean {
  const within = locatorOf(part);
  return (
    locator.startsWith(within) && (within.endsWith(':') || /^(?:$|[.[ ])/.test(locator.slice(within.length)))
  );
}

function distinct(mentions: readonly Mention[]): readonly Mention[] {
  const key = ({ file, line, column, text }: Mention) => `${file}:${line}:${column} ${text}`;
  return [...new Map(mentions.map(mention => [key(mention), mention])).values()];
}

function pinsIn(file: string, text: string, image: string, known: Files['known']): readonly PinSite[] {
  if (!known.mayNameOne(text)) return [];
  return readable(() => findSites(file, text, [], { known })).filter(
    (site): site is PinSite =>
      site.kind === 'pin' &&
      site.pin.repository !== undefined &&
      known.images.get(site.pin.repository) === image,
  );
}

function pinnedIn(file: string, text: string, known: Files['known']) {
  if (!known.mayNameOne(text)) return [];
  const found = readable(() => [readFile(file, text, [], { known })]).flatMap(reading => {
    const pins = reading.sites.flatMap(site => {
      if (site.kind !== 'pin' || !(site.pin.tag ?? site.pin.digest)) return [];
      return [{ repository: site.pin.repository, text: pinValue(site.pin), line: site.pin.line }];
    });
    return [...pins, ...findMentions(reading, known).filter(({ kind }) => kind === 'told')];
  });
  return found.flatMap(({ repository, text: written, line }) => {
    const image = repository && known.images.get(repository);
    return image === undefined || repository === undefined
      ? []
      : [{ image, repository, text: written, line }];
  });
}
