import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryAt } from './release/documents.ts';

/** A file that people copy, include or follow. */
export interface Shown {
  readonly path: string;
  readonly text: string;
}

const FILES = ['templates/**/*.yml', 'actions/*/action.yml', 'action.yml', '*.md', 'docs/**/*.md'];
const WORKFLOWS = ['templates/github/*.yml', '.github/workflows/*.yml', '.gitlab-ci.yml'];

/** Ours, as whoever copies the file names it, or as our own repository does. */
const OURS = /^(?:<owner>\/<repository>(?:\/actions\/[a-z]+)?@v1|\.\/actions\/[a-z]+)$/;
const PINNED = /^[\w.-]+\/[\w.-]+(?:\/[\w./-]+)?@[0-9a-f]{40}$/;
/**
 * What runs or installs a package by its name; `npm ci` installs what a lockfile pins. A path without `./` is a
 * repository on GitHub to `npm publish`.
 */
const FOREIGN =
  /\b(?:npx|pnpx|bunx|uvx|pipx)\b|\b(?:pnpm|yarn) dlx\b|\bnpm (?:exec|x|init|create|i|install)\b(?! --global \.)|\bnpm publish (?!\.\/)|\bpip3? install\b|\bcurl\b[^\n|]*\|\s*(?:ba)?sh\b/;
/**
 * A job, workflow or check that is named like the status that branches require. GitHub counts it too, and a
 * skipped one as a success.
 */
const GATE_NAME = /^\s*(?:- )?(?:name:\s*["']?promote\/gate\b|["']?promote\/gate["']?\s*:)/i;
/** Where a job's container is named, but for an input or a variable that whoever runs it gives. */
const IMAGE =
  /(?:^|[{,])[ \t]*(?:image|container): *(?!\$\[\[ inputs\.|\$\{\{ vars\.|["']?\$[A-Z_]+\b)["']?([^\s"'{#,}]+)/gm;

/** Everything in this project that people copy, include or follow. */
export function shownFiles(root: string): readonly Shown[] {
  const read = (path: string) => ({ path, text: readFileSync(join(root, path), 'utf8') });
  return globSync([...FILES, ...WORKFLOWS], { cwd: root })
    .sort()
    .map(read);
}

/** Our repository on GitHub from the first release on, as package.json says it since then; before that our names are anybody's. */
export function publishedIn(root: string): string | undefined {
  const { repository }: { repository?: { url?: string } } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return repository?.url === undefined ? undefined : repositoryAt(repository.url);
}

/** What breaks the rules: each action and image is pinned or ours, nothing runs a package by name, permissions are least. */
export function templateFaults(files: readonly Shown[], published?: string): readonly string[] {
  const ours = (uses: string) =>
    OURS.test(published === undefined ? uses : uses.replace(`${published}/`, '<owner>/<repository>/'));
  const foreign = (line: string) =>
    FOREIGN.test(published === undefined ? line : line.replace('npm install --global gitops-promote', ''));
  return files.flatMap(({ path, text }) => [
    ...[...text.matchAll(/^\s*(?:- )?uses: *["']?([^\s"'#]+)/gm)]
      .filter(([, uses = '']) => !ours(uses) && !PINNED.test(uses))
      .map(([, uses]) => `${path}: ${uses} is pinned by no commit`),
    ...text
      .split('\n')
      .filter(foreign)
      .map(line => `${path}: runs a package by its name: ${line.trim()}`),
    ...(path.endsWith('.yml') ? imagesOf(text) : [])
      .filter(image => image !== '<image>@<digest>' && !/@sha256:[0-9a-f]{64}$/.test(image))
      .map(image => `${path}: the image ${image} is pinned by no digest`),
    ...text
      .split('\n')
      .filter(line => GATE_NAME.test(line))
      .map(line => `${path}: a job or check of that name counts as the status: ${line.trim()}`),
    ...(path.includes('github/') ? permissionFaults(path, text) : []),
  ]);
}

function imagesOf(text: string): readonly string[] {
  return [...text.matchAll(IMAGE)].map(([, image = '']) => image);
}

/** A workflow grants nothing as a whole, and each of its jobs says what it needs. */
function permissionFaults(path: string, text: string): readonly string[] {
  const { permissions, jobs = {} }: Workflow = parse(text);
  const isEmpty = permissions !== undefined && Object.keys(permissions).length === 0;
  return [
    ...(isEmpty ? [] : [`${path}: grants every job something`]),
    ...Object.entries(jobs)
      .filter(([, job]) => typeof job.permissions !== 'object')
      .map(([name]) => `${path}: the job ${name} does not say what it needs`),
  ];
}

interface Workflow {
  readonly permissions?: object;
  readonly jobs?: Readonly<Record<string, { readonly permissions?: object }>>;
}
