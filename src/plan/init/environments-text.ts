import { whyGuessed } from './doubts.ts';
import type { FoundEnvironment } from './layout.ts';

const HEAD = `# How container images travel from environment to environment.
# promote check says what is wrong with it, promote schema prints all that can be set.
version: 1
`;

/** An environments file for what was found, with what to set next in comments. */
export function environmentsText(found: readonly FoundEnvironment[]): string {
  const paths = new Map(found.flatMap(({ images }) => [...images]));
  const images = [...paths].sort().map(([name, path]) => {
    return path === name ? `  ${name}: {}` : `  ${name}: { repository: ${path} }`;
  });
  const environments = found.flatMap((environment, index) => lines(environment, found[index - 1]));
  return [
    HEAD,
    'images:',
    '  # source: the repository that builds are pushed to, where that is another one.',
    ...images,
    '',
    '# signing: { key: env://COSIGN_PRIVATE_KEY, publicKey: cosign.pub }   # signs and records each promotion',
    'environments:',
    ...environments,
    '',
  ].join('\n');
}

function lines(
  { name, registry, files, guessed }: FoundEnvironment,
  before: FoundEnvironment | undefined,
): string[] {
  return [
    ...(guessed === undefined ? [] : [`  # The name is a guess: ${whyGuessed(guessed)}.`]),
    `  ${name}:`,
    `    from: ${before?.name ?? 'build'}`,
    `    registry: ${registry}`,
    `    files: [${files.map(glob => JSON.stringify(glob)).join(', ')}]`,
    ...(before === undefined
      ? ['    commit: direct   # or pull-request, the default']
      : ['    # gates: { approval: { count: 1 } }   # who may promote into it']),
  ];
}
