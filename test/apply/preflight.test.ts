import { expect, it } from 'vitest';
import { preflight } from '../../src/apply/rollback/preflight.ts';
import { PromoteError } from '../../src/errors.ts';
import type { Candidate } from '../../src/plan/candidates.ts';
import type { Store } from '../../src/registry/store.ts';
import type { Run } from '../../src/run/run.ts';
import { candidate, digestNamed, environment, environments } from '../fixtures/candidates.ts';

const IMAGES = ['api', 'web'].map((image): Candidate => candidate(image, { digest: digestNamed(image) }));

/** A run whose repositories hold nothing, but those of a name, which do not answer. */
function run(silent = 'none'): Run {
  const qa = environment();
  const manifest = async () => undefined;
  const dead = async () => {
    throw new PromoteError('UNREACHABLE', 'pull: connection refused', { hint: 'check the host' });
  };
  const store = (name: string) =>
    ({ name, manifest: name.endsWith(silent) ? dead : manifest }) as unknown as Store;
  const options = [['--yes'], ['--image', 'api'], ['--image', 'web']] as const;
  const request = { environment: 'qa', invocation: { words: ['rollback', 'qa'], options } };
  return { effects: { store }, environments: environments(qa), environment: qa, request } as unknown as Run;
}

it('names every image that cannot be rolled back, in order, and what to type instead', async () => {
  await expect(preflight(run(), IMAGES, true)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringMatching(/^roll qa back:\n {2}api to .*\n {2}web to .*/),
    hint: 'no repository of the environments file holds api, web; to another state: promote rollback qa --yes --image api --image web --to <commit|time|version>',
  });
});

it('names an image whose registry does not answer beside those that are gone', async () => {
  await expect(preflight(run('api'), IMAGES, true)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringMatching(/^roll qa back:\n {2}api to .*connection refused\n {2}web to .*not whole/),
    hint: expect.stringContaining('check the host'),
  });
});
