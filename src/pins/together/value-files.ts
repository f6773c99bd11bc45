import { findSites } from '../find.ts';
import { findMentions } from '../mentions/find-mentions.ts';
import type { Mention } from '../mentions/mention.ts';
import { readFile } from '../read.ts';
import { pinValue } from '../value.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, textAt } from '../yaml/spot.ts';
import type { Files } from './implied.ts';
import { isKustomization, kustomizationIn, type Resource } from './kustomize-files.ts';
import { folderOf, joinPath, mentionAt, readable, rootsOf } from './place.ts';

/** What a text has that names value files of Argo CD. */
const VALUE_FILES = 'valueFiles';

/**
 * The value files that a file names by their paths. They are those of a kustomization's charts, and those of an
 * application of Argo CD, whose paths start at its chart.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/helmcharts/
 * https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#values-files
 */
export function valueFilesOf(file: string, texts: ReadonlyMap<string, string>): readonly Resource[] {
  if (isKustomization(file)) {
    const charts = items(child(kustomizationIn(file, texts), 'helmCharts'));
    const named = charts.flatMap(chart => [
      ...[child(chart, 'valuesFile')].flatMap(spot => spot ?? []),
      ...items(child(chart, 'additionalValuesFiles')),
    ]);
    return named.flatMap(from => resource(folderOf(file), from));
  }
  const text = texts.get(file) ?? '';
  if (!text.includes(VALUE_FILES)) return [];
  return rootsOf(file, text).flatMap(root => {
    const spec = child(root, 'spec');
    const own = textAt(root, 'kind') === 'ApplicationSet' ? child(child(spec, 'template'), 'spec') : spec;
    return [child(own, 'source'), ...items(child(own, 'sources'))].flatMap(source =>
      items(child(child(source, 'helm'), VALUE_FILES)).flatMap(from =>
        resource(`${textAt(source, 'path')}/`, from),
      ),
    );
  });
}

/** `$name/…` and `/…` start at the root of a repository; what is filled in later leads nowhere yet. */
function resource(folder: string, from: Spot): readonly Resource[] {
  const written = from.node.kind === 'scalar' ? from.node.text : '';
  if (written === '' || /:\/\/|\{\{/.test(`${folder}${written}`)) return [];
  const [, rooted] = /^(?:\$[^/]+)?\/(.+)$/.exec(written) ?? [];
  const path = rooted ?? joinPath(folder, written);
  return path === undefined ? [] : [{ path, from }];
}

/**
 * Known images that value files outside of the environment's own pin, and that none of its own files with them pins.
 * Told where the file is named.
 */
export function outsideValues({ texts, beside, known, hasRule }: Files): readonly Mention[] {
  const all = new Map([...beside, ...texts]);
  return [...texts.keys()].flatMap(file => {
    const named = valueFilesOf(file, all);
    const own = [file, ...named.map(({ path }) => path)].filter(path => texts.has(path));
    const isDecided = (image: string) =>
      own.some(path => hasRule?.(path, image) || pinsImage(path, texts.get(path) ?? '', image, known));
    return named.flatMap(({ path, from }) => {
      const text = beside.get(path);
      if (text === undefined || from.node.kind !== 'scalar' || !known.mayNameOne(text)) return [];
      const scalar = { ...from, node: from.node };
      return pinnedIn(path, text, known).flatMap(({ repository, text: written, line }) => {
        const image = (repository && known.images.get(repository)) ?? '';
        if (repository === undefined || isDecided(image)) return [];
        const cure = `pin ${image} in a value file of the environment, add ${path} to its \`files\`, or write \`# promote: ignore <reason>\` behind the line`;
        return [mentionAt(scalar, known, { repository, text: `${written} of ${path}:${line}`, cure })];
      });
    });
  });
}

function pinsImage(file: string, text: string, image: string, known: Files['known']): boolean {
  if (!known.mayNameOne(text)) return false;
  return readable(() => findSites(file, text, [], { known })).some(
    site =>
      site.kind === 'pin' &&
      site.pin.repository !== undefined &&
      known.images.get(site.pin.repository) === image,
  );
}

function pinnedIn(file: string, text: string, known: Files['known']) {
  return readable(() => [readFile(file, text, [], { known })]).flatMap(reading => {
    const pins = reading.sites.flatMap(site => {
      if (site.kind !== 'pin') return [];
      const { repository, tag, digest, line } = site.pin;
      if (repository === undefined || !known.images.has(repository) || !(tag ?? digest)) return [];
      return [{ repository, text: pinValue(site.pin), line }];
    });
    return [...pins, ...findMentions(reading, known).filter(({ kind }) => kind === 'told')];
  });
}
