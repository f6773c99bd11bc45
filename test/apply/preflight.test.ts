import { expect, it } from 'vitest';
import { preflight } from '../../src/apply/rollback/preflight.ts';
import type { Run } from '../../src/apply/run.ts';
import type { Candidate } from '../../src/plan/candidates.ts';
import type { Store } from '../../src/registry/store.ts';
import { candidate, digestNamed, environment, environments } from '../fixtures/candidates.ts';

/** A run over repositories that hold nothing, and one that fails if anything is asked of it. */
function run(): Run {
  const qa = environment();
  const store = (name: string) => ({ name, manifest: async () => undefined }) as unknown as Store;
  const request = { environment: 'qa', invocation: { words: ['rollback', 'qa'], options: ['--yes'] } };
  return { effects: { store }, environments: environments(qa), environment: qa, request } as unknown as Run;
}

it('names every image that cannot be rolled back, in order', async () => {
  const gone = ['api', 'web'].map((image): Candidate => candidate(image, { digest: digestNamed(image) }));
  const refused = await preflight(run(), gone, true).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringMatching(/^roll qa back:\n {2}api to .*\n {2}web to .*/),
    hint: expect.stringContaining('holds api, web:'),
  });
});
