import { isTag, type RepositoryName } from '../../oci/reference.ts';
import type { Known } from '../known.ts';
import type { Mention } from '../mentions/mention.ts';
import { readRepository } from '../site/reference.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, scalarAt, textAt } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import type { Files, Implied, ImpliedRule } from './implied.ts';
import { mentionAt, pathOf, rangeAt } from './place.ts';
import { helmfileRoots, isHelmfile } from './releases.ts';

/** The location of charts in a helmfile. Releases of this or another helmfile name it by `alias/chart`. */
interface ChartSource {
  readonly file: string;
  readonly alias: string;
  readonly url: string;
}

/**
 * The releases of a helmfile whose charts are in a repository that `repositories` of this or another helmfile
 * names. https://helmfile.readthedocs.io/en/latest/#oci-registries
 */
export function helmfileCharts({
  texts,
  beside,
  known,
  isTarget,
}: Files): Pick<Implied, 'rules' | 'reported'> {
  const rules: ImpliedRule[] = [];
  const reported: Mention[] = [];
  const sources = [...texts, ...beside].flatMap(([file, text]) => sourcesIn(file, text));
  if (sources.length === 0) return { rules, reported };
  for (const [file, text] of texts) {
    if (!known.mayNameOne(text)) continue;
    for (const release of releasesOf(file, text)) {
      const names = repositoriesOf(release, file, sources);
      const repository = names.find(name => known.images.has(name));
      const version = scalarAt(release, 'version');
      if (version === undefined || version.node.text === '' || repository === undefined) continue;
      const isPin = names.length === 1 && isTarget(file, repository) && isHelmfile(file);
      const image = known.images.get(repository) ?? '';
      const [path, { document }] = [pathOf(version), release];
      if (!isTag(version.node.text)) reported.push(rangeAt(version, known, repository));
      else if (isPin) rules.push({ file, image, path, document, kind: 'tag', undigested: true });
      else reported.push(reportedAt(version, { known, repository, chart: textAt(release, 'chart') }));
    }
  }
  return { rules, reported };
}

function reportedAt(
  version: Spot<YamlScalar>,
  {
    known,
    repository,
    chart,
  }: { readonly known: Known; readonly repository: RepositoryName; readonly chart: string },
): Mention {
  const { file } = version.source;
  const cure = isHelmfile(file)
    ? `correct the url of the repository that ${chart} begins with`
    : 'no template is edited: change it by hand, or write `# promote: ignore <reason>` behind it or above';
  return mentionAt(version, known, { repository, text: `${repository} ${version.node.text}`, cure });
}

/** The releases of a helmfile, or of a template of one. */
function releasesOf(file: string, text: string): readonly Spot[] {
  return (helmfileRoots(file, text) ?? []).flatMap(root => items(child(root, 'releases')));
}

function sourcesIn(file: string, text: string): readonly ChartSource[] {
  if (!text.includes('repositories')) return [];
  return (helmfileRoots(file, text) ?? []).flatMap(root =>
    items(child(root, 'repositories')).flatMap(repository => {
      const [alias, url] = [textAt(repository, 'name'), textAt(repository, 'url')];
      const isOci = textAt(repository, 'oci') === 'true' || url.startsWith(SCHEME);
      return isOci ? [{ file, alias, url: url.replace(SCHEME, '').replace(/\/+$/, '') }] : [];
    }),
  );
}

const SCHEME = 'oci://';

/** The file's own repository of that name counts, else those of other files, such as a base. */
function repositoriesOf(
  release: Spot,
  file: string,
  sources: readonly ChartSource[],
): readonly RepositoryName[] {
  const chart = textAt(release, 'chart');
  const slash = chart.indexOf('/');
  const named = sources.filter(({ alias }) => slash > 0 && alias === chart.slice(0, slash));
  const own = named.filter(source => source.file === file);
  const urls = (own.length > 0 ? own : named).map(({ url }) => `${url}${chart.slice(slash)}`);
  return [...new Set(urls)].flatMap(url => readRepository(url) ?? []);
}
