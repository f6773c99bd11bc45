import { expect, it } from 'vitest';
import { userNamed } from '../servers/gitlab/world.ts';
import { describeWith } from '../servers/tools.ts';
import { kept, openForge, propose, pushFiles, useGitLab } from './gitlab-fixture.ts';

async function proposed() {
  const server = await useGitLab();
  const forge = openForge(server);
  return { server, forge, ...(await propose(server, forge)) };
}

describeWith(['git'], 'a merge that GitLab refuses', () => {
  it.each([
    ['always', 'merge', true, 1],
    ['always', 'merge', false, 2],
    ['never', 'squash', true, 2],
    ['default_off', 'squash', true, 1],
  ] as const)(
    'gets over the hidden setting %s for squashing where asked to %s',
    async (option, method, shows, puts) => {
      const { server, forge, pullRequest } = await proposed();
      server.faults = line =>
        /GET .*projects\/[^/]+$/.test(line)
          ? { status: 200, body: { id: 7, squash_option: null } }
          : undefined;
      Object.assign(server.world.settings, { squashOption: option, showsSquashOnMerge: shows });
      expect(await forge.pullRequests.merge(pullRequest, method)).toMatchObject({ kind: 'merged' });
      expect(server.calls().filter(line => line.startsWith('PUT'))).toHaveLength(puts);
    },
  );

  it('shows why GitLab refused a merge, and asks no more until a person ends that or the head moves', async () => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.mergeHook = 'Something went wrong:\n/close `x`';
    const outcome = { kind: 'refused', needs: 'person', reason: server.world.settings.mergeHook };
    const puts = async (pull = pullRequest) => {
      expect(await openForge(server).pullRequests.merge(pull, 'merge')).toEqual(outcome);
      return server.calls().filter(line => line.startsWith('PUT')).length;
    };
    server.calls();
    expect([await puts(), await puts()]).toEqual([1, 0]);
    const { notes } = kept(server, 1);
    const [note] = notes;
    expect(notes).toHaveLength(1);
    expect(note?.body.split('\n')[0]).toBe(
      `GitLab refused to merge \`${pullRequest.head}\`: \`Something went wrong: /close x\``,
    );
    const head = pushFiles(server, { 'qa/values.yaml': 'image: c\n' }, { branch: 'promote/qa/api' });
    expect(await puts({ ...pullRequest, head })).toBe(1);
    server.world.settings.mergeHook = undefined;
    // What somebody else writes stops nothing; with promote's comment deleted it is requested again.
    const [, last] = notes.splice(0, 2);
    if (last !== undefined) notes.push({ ...last, author: userNamed(server.world, 'alice') });
    expect(await forge.pullRequests.merge({ ...pullRequest, head }, 'merge')).toMatchObject({
      kind: 'merged',
    });
  });
});
