import type { ReferenceFormat } from './site.ts';

const FORMATS: readonly (readonly [ReferenceFormat, RegExp])[] = [
  ['dockerfile', /(?:^|\/)(?:dockerfile|containerfile)(?:\.(?!dockerignore$)[^/]+)?$/i],
  ['dockerfile', /\.(?:dockerfile|containerfile)$/i],
  ['compose', /(?:^|\/)(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$/],
  ['gitlab-ci', /(?:^|[./])gitlab-ci\.ya?ml$/],
  ['gitlab-ci', /^\.gitlab\/.*\.ya?ml$/],
  ['github-workflow', /^\.github\/workflows\/[^/]+\.ya?ml$/],
  ['github-workflow', /(?:^|\/)action\.ya?ml$/],
  ['devcontainer', /(?:^|\/)(?:\.devcontainer\/(?:[^/]+\/)?devcontainer|\.devcontainer)\.json$/],
];

/** What a file is by its path; `undefined` for any other file, deployment files among them. */
export function referenceFormat(path: string): ReferenceFormat | undefined {
  return FORMATS.find(([, pattern]) => pattern.test(path))?.[0];
}

/** Whether the file runs in a CI, so that it is changed only where somebody asked for it by name. */
export function isCiFile(path: string): boolean {
  return /^\.github\//i.test(path) || referenceFormat(path) === 'gitlab-ci';
}
