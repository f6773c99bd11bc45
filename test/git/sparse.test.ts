import { expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { git, makeRepository, openCheckout } from './fixture.ts';

describeWith(['git'], 'a sparse checkout without a remote and without git', () => {
  it('is refused before anything is read or copied', async () => {
    const directory = await makeRepository({ 'qa/a.yaml': 'a: 1\n', 'dev/a.yaml': 'a: 1\n' });
    await git(directory, 'sparse-checkout', 'set', 'qa');
    const refused = { code: 'UNSUPPORTED', message: expect.stringContaining('it is a sparse checkout') };
    await expect(openCheckout(directory, undefined)).rejects.toMatchObject(refused);
    await git(directory, 'sparse-checkout', 'disable');
    expect((await (await openCheckout(directory, undefined)).head())?.branch).toBe('main');
    await git(directory, 'config', 'core.sparseCheckout', 'true');
    await expect(openCheckout(directory, undefined)).rejects.toMatchObject(refused);
  });
});
