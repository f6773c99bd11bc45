import fc from 'fast-check';
import { digestNamed } from '../fixtures/candidates.ts';
import { commitFiles, git } from '../git/fixture.ts';

/** What somebody does next; a file is one of three, a version one of four, so that histories go back and forth. */
export type Step =
  | { readonly kind: 'promote' | 'loosen'; readonly file: number; readonly version: number }
  | { readonly kind: 'delete' | 'comment' | 'break'; readonly file: number }
  | { readonly kind: 'revert' | 'source' }
  | { readonly kind: 'merge' | 'squash' | 'rebase'; readonly file: number; readonly version: number };

const file = fc.nat(2);
const version = fc.nat(3);

/** Any step. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('promote', 'loosen'), file, version }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('merge', 'squash', 'rebase'), file, version }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('revert', 'source') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('delete', 'comment', 'break'), file }) },
);

/** What a file holds that cannot be read. */
export const BROKEN = 'image: [repository\n';

/** Takes the step in a repository, as its `index`th commit or branch. */
export async function take(directory: string, next: Step, index: number): Promise<void> {
  switch (next.kind) {
    case 'promote':
      return await write(directory, next.file, textOf(next.file, next.version), index);
    case 'loosen':
      return await write(directory, next.file, textOf(next.file, next.version, false), index);
    case 'comment':
      return await write(directory, next.file, `${textOf(next.file, 0)}# ${index}\n`, index);
    case 'break':
      return await write(directory, next.file, BROKEN, index);
    case 'source':
      return void (await commitFiles(
        directory,
        { 'dev/api.yaml': `${textOf(0, index % 4)}# ${index}\n` },
        'source',
      ));
    case 'delete':
      await git(directory, 'rm', '--quiet', '--ignore-unmatch', path(next.file));
      return void (await git(directory, 'commit', '--quiet', '--allow-empty', '--message=Delete'));
    case 'revert':
      // A merge cannot be reverted like this: then nothing happens.
      return void (await git(directory, 'revert', '--no-edit', 'HEAD').catch(() => abortRevert(directory)));
    case 'merge':
    case 'squash':
    case 'rebase':
      return await land(directory, next, index);
  }
}

/** Changes a pin twice on a branch, and brings that to `main` as people do. */
async function land(
  directory: string,
  { kind, file: number, version: to }: Extract<Step, { kind: 'merge' | 'squash' | 'rebase' }>,
  index: number,
): Promise<void> {
  const branch = `branch-${index}`;
  await git(directory, 'checkout', '--quiet', '-b', branch);
  await write(directory, number, textOf(number, (to + 1) % 4), index);
  await write(directory, number, textOf(number, to), index);
  await git(directory, 'checkout', '--quiet', 'main');
  if (kind === 'rebase') {
    await commitFiles(directory, { [`other-${index}.txt`]: 'x\n' }, 'Something else');
    await git(directory, 'rebase', '--quiet', 'main', branch);
    await git(directory, 'checkout', '--quiet', 'main');
    return void (await git(directory, 'merge', '--quiet', '--ff-only', branch));
  }
  await git(directory, 'merge', '--quiet', kind === 'merge' ? '--no-ff' : '--squash', branch);
  await git(directory, 'commit', '--quiet', '--allow-empty', '--message=Merged');
}

async function write(directory: string, number: number, text: string, index: number): Promise<void> {
  const files = { [path(number)]: text, 'count.txt': `${index} ${text.length}\n` };
  await commitFiles(directory, files, `Step ${index}`);
}

async function abortRevert(directory: string): Promise<void> {
  await git(directory, 'revert', '--abort').catch(() => undefined);
}

function path(number: number): string {
  return `qa/app-${number}.yaml`;
}

/** Helm values, a kustomization, or a plain manifest that pins two images. */
function textOf(number: number, of: number, isPinned = true): string {
  const digest = digestNamed(String(of));
  const tag = isPinned ? `${of}.0.0@${digest}` : `${of}.0.0`;
  const image = (name: string) => `registry.example/qa/${name}`;
  switch (number) {
    case 0:
      return `image:\n  repository: ${image('api')}\n  tag: "${tag}"\n`;
    case 1:
      return `kind: Kustomization\nimages:\n  - name: api\n    newName: ${image('api')}\n    newTag: ${of}.0.0\n${isPinned ? `    digest: ${digest}\n` : ''}`;
    default:
      return `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: ${image('api')}:${tag}\n    - image: ${image('web')}:${tag}\n`;
  }
}
