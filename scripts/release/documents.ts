/** Where a text says what holds until a release exists, and what it says from then on. */
const UNRELEASED: readonly (readonly [before: string, after: string])[] = [
  [
    'There is no release yet, so install it from a clone:\n\n```console\nnpm ci && npm run build\nnpm install --global .\n```',
    'Install the package, or take the image or a single executable of a [release](docs/verify-release.md):\n\n```console\nnpm install --global gitops-promote\n```',
  ],
  ['```console\nnpm ci && npm run demo\n```', '```console\npromote demo\n```'],
  ['There is no release yet. Each one will be made by', 'Each release is made by'],
  [
    'Nothing is released yet. This page lists each change of behaviour, of plan digests and of exit codes, the newest first.',
    'This page lists each change of behaviour, of plan digests and of exit codes, the newest first.',
  ],
];

/** The texts that a release changes. */
export const DOCUMENTS = ['README.md', 'UPGRADING.md', 'docs/**/*.md'];

/** A text of this project as it is from the first release on: with our repository, and with the package to install. */
export function releasedDocument(text: string, repository: string): string {
  const image = `ghcr.io/${repository.toLowerCase()}`;
  return UNRELEASED.reduce((done, [before, after]) => done.replaceAll(before, after), text)
    .replaceAll(/\. Put the repository that you take it from in place of `<owner>\/<repository>`\./g, '.')
    .replaceAll('ghcr.io/<owner>/<repository>', image)
    .replaceAll('<owner>/<repository>', repository)
    .replaceAll(/, container: "<registry>\/<image>@<digest>"/g, '');
}

/** `owner/repository` of an address on GitHub; throws for any other. */
export function repositoryAt(address: string): string {
  const [, found] = /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(address) ?? [];
  if (found === undefined) throw new Error(`origin is ${address}, expected a repository on GitHub`);
  return found;
}
