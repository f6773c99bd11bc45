import { originYaml, type WrittenOrigin, writtenSources } from '../../environments/image-origin.ts';
import { whyGuessed } from './doubts.ts';
import type { Ways } from './kargo.ts';
import type { FoundEnvironment } from './layout.ts';

const HEAD = `# How container images travel from environment to environment.
# promote check says what is wrong with it, promote schema prints all that can be set.
version: 1
`;

/** What an environments file says beyond what was found. */
interface Further {
  /** Whether promotions are signed with the key of `COSIGN_PRIVATE_KEY`. */
  readonly signs?: boolean | undefined;
  readonly ways?: Ways | undefined;
}

/** An environments file for what was found, with what to set next in comments. */
export function environmentsText(
  found: readonly FoundEnvironment[],
  { signs = false, ways }: Further = {},
): string {
  const places = new Set(
    found.flatMap(({ registry, images: own }) => [...own.values()].map(path => `${registry}/${path}`)),
  );
  const paths = new Map(found.flatMap(({ images }) => [...images]));
  const images = [...paths].sort().map(([name, path]) => {
    const source = ways?.sources.get(name);
    const keys = [
      ...(source === undefined || places.has(source) ? [] : [`source: ${source}`]),
      ...(path === name ? [] : [`repository: ${path}`]),
    ];
    return keys.length === 0 ? `  ${name}: {}` : `  ${name}: { ${keys.join(', ')} }`;
  });
  const from = chainOf(found, ways);
  const environments = found.flatMap((environment, index) =>
    environmentLines(environment, from.get(environment.name) ?? found[index - 1]?.name ?? 'build'),
  );
  return [
    HEAD,
    'images:',
    '  # source: the repository that builds are pushed to, where that is another one.',
    ...images,
    '',
    `${signs ? '' : '# '}signing: { key: env://COSIGN_PRIVATE_KEY, publicKey: cosign.pub }   # signs and records each promotion`,
    'environments:',
    ...environments,
    '',
  ].join('\n');
}

/** The lines of an environment, which takes from others or from `build`. */
export function environmentLines(
  { name, registry, files, guessed }: FoundEnvironment,
  from: WrittenOrigin,
): readonly string[] {
  return [
    ...(guessed === undefined ? [] : [`  # The name is a guess: ${whyGuessed(guessed)}.`]),
    `  ${name}:`,
    `    from: ${originYaml(from)}`,
    `    registry: ${registry}`,
    `    files: [${files.map(glob => JSON.stringify(glob)).join(', ')}]`,
    ...(from === 'build'
      ? ['    commit: direct   # or pull-request, the default']
      : [
          '    # gates: { approval: { count: 1 } }   # who may promote into it',
          '    # pullRequest: { stateLabels: true }   # labels of what waits, is ready or blocked',
          '    # deployments: true   # the forge shows what is pinned here',
        ]),
  ];
}

/** Where environments take from if other tools' stages form a chain that begins with a build. */
function chainOf(
  found: readonly FoundEnvironment[],
  ways: Ways | undefined,
): ReadonlyMap<string, WrittenOrigin> {
  const names = found.map(({ name }) => name);
  const from = new Map(
    [...(ways?.from ?? [])].filter(
      ([name, origin]) =>
        names.includes(name) && writtenSources(origin).every(other => names.concat('build').includes(other)),
    ),
  );
  const endsInBuild = (name: string, seen: readonly string[] = []): boolean =>
    name === 'build' ||
    (!seen.includes(name) &&
      writtenSources(from.get(name) ?? '').every(other => endsInBuild(other, [...seen, name])));
  return names.every(name => endsInBuild(name)) ? from : new Map();
}
