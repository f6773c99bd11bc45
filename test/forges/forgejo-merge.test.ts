import { expect, it } from 'vitest';
import type { MergeOutcome } from '../../src/forges/forge.ts';
import { branchHead } from '../servers/bare-git.ts';
import { protectionOf, tokenOf } from '../servers/forgejo.ts';
import { readCommit } from '../servers/gitlab/objects.ts';
import { describeWith } from '../servers/tools.ts';
import { kept, openForge, propose, pushFiles, useForgejo } from './forgejo-fixture.ts';

const GATE = { context: 'promote/gate', description: 'all images are there' } as const;
const merges = (calls: readonly string[]) => calls.filter(line => line.endsWith('/merge'));

async function proposed(rule?: Parameters<typeof protectionOf>[1]) {
  const server = await useForgejo();
  const forge = openForge(server);
  const made = await propose(server, forge);
  if (rule) server.world.rules.push(protectionOf('main', rule));
  server.calls();
  return { server, forge, ...made };
}

describeWith(['git'], 'a merge on Forgejo', () => {
  it('is made ready on an instance that tells all that is asked of it', async () => {
    const { server, forge } = await proposed();
    expect((await forge.protection('main')).outdated).toBeUndefined();
    server.world.settings.version = '1.19.4';
    expect((await openForge(server).protection('main')).outdated).toMatchObject({ product: 'Gitea' });
    server.faults = line => (line.endsWith('/version') ? { status: 403, body: {} } : undefined);
    expect((await openForge(server).protection('main')).outdated).toBeUndefined();
  });

  it('is made of the commit that was seen, in the way that is asked for', async () => {
    const { server, forge, base, head, pullRequest } = await proposed();
    const outcome = await forge.pullRequests.merge(pullRequest, 'merge', { deleteBranch: true });
    const commit = branchHead(server.world, 'main') ?? '';
    expect(outcome).toEqual({ kind: 'merged', commit });
    expect(readCommit(server.world.bare, commit)?.parents).toEqual([base, head]);
    expect(branchHead(server.world, 'promote/qa/api')).toBeUndefined();
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toEqual(outcome);
    expect(merges(server.calls())).toHaveLength(1);
  });

  it('is none of a commit that came meanwhile, even between the look and the merge', async () => {
    const { server, forge, base, pullRequest } = await proposed();
    server.faults = line => {
      if (!line.endsWith('/merge')) return undefined;
      server.faults = () => undefined;
      pushFiles(server, { 'qa/values.yaml': 'image: evil\n' }, { branch: 'promote/qa/api' });
      return undefined;
    };
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toEqual({ kind: 'moved' });
    expect(branchHead(server.world, 'main')).toBe(base);
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toEqual({ kind: 'moved' });
  });

  it('is never left to Forgejo, which would forget the commit', async () => {
    const { server, forge, pullRequest } = await proposed({
      enable_status_check: true,
      status_check_contexts: ['promote/*'],
    });
    const refused = { kind: 'refused', needs: 'checks' };
    expect(await forge.pullRequests.merge(pullRequest, 'merge', { whenReady: true })).toMatchObject(refused);
    expect([merges(server.calls()), kept(server, 1).isScheduled]).toEqual([[], undefined]);
  });

  it('waits for the statuses that the branch requires, and asks for none that are not there', async () => {
    const rule = { enable_status_check: true, status_check_contexts: ['promote*'], apply_to_admins: true };
    const { server, forge, head, pullRequest } = await proposed(rule);
    const { pullRequests } = forge;
    const wants = async () => await pullRequests.merge(pullRequest, 'merge');
    expect(await wants()).toMatchObject({
      kind: 'refused',
      needs: 'checks',
      reason: expect.stringContaining('promote*'),
    });
    await pullRequests.setStatus(head, { ...GATE, state: 'pending' });
    expect(await wants()).toMatchObject({ kind: 'refused', needs: 'checks' });
    await pullRequests.setStatus(head, { ...GATE, state: 'failure' });
    expect(await wants()).toMatchObject({ kind: 'refused', needs: 'person' });
    expect(merges(server.calls())).toEqual([]);
    await pullRequests.setStatus(head, { ...GATE, state: 'success' });
    expect(await wants()).toMatchObject({ kind: 'merged' });
  });

  it.each<[string, object, Partial<MergeOutcome>, number]>([
    ['approvals', { required_approvals: 1 }, { kind: 'refused', needs: 'person' }, 0],
    ['its base', { block_on_outdated_branch: true }, { kind: 'refused', needs: 'update' }, 1],
    ['a change of mind', { block_on_rejected_reviews: true }, { kind: 'refused', needs: 'person' }, 1],
  ])('waits for %s, in words', async (_, rule, outcome, asked) => {
    const { server, forge, pullRequest } = await proposed(rule);
    pushFiles(server, { 'README.md': 'newer\n' });
    await server.as('alice', 'POST', 'pulls/1/reviews', { event: 'REQUEST_CHANGES', body: 'no' });
    const answered = await forge.pullRequests.merge(pullRequest, 'merge');
    expect(answered).toMatchObject({ ...outcome, reason: expect.stringMatching(/\w{4}/) });
    expect(merges(server.calls())).toHaveLength(asked);
  });

  it('is made once Forgejo has checked for conflicts, and not where there are some', async () => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.checking = 3;
    pushFiles(server, { 'qa/values.yaml': 'image: other\n' });
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({
      kind: 'refused',
      needs: 'person',
    });
    expect(merges(server.calls())).toEqual([]);
    pushFiles(server, { 'qa/values.yaml': 'image: a\n' });
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({ kind: 'merged' });
    expect(merges(server.calls())).toHaveLength(4);
  });

  it('is known where its answer is lost', async () => {
    const { server, forge, pullRequest } = await proposed();
    server.faults = line => {
      if (!line.endsWith('/merge')) return undefined;
      server.faults = () => undefined;
      Object.assign(kept(server, 1), {
        state: 'closed',
        mergedAt: server.world.now(),
        mergeCommit: 'f'.repeat(40),
      });
      return { status: 502, body: '<html>' };
    };
    const outcome = await forge.pullRequests.merge(pullRequest, 'merge');
    expect(outcome).toEqual({ kind: 'merged', commit: 'f'.repeat(40) });
  });

  it('is made as the repository allows, which is told', async () => {
    const { server, pullRequest } = await proposed();
    server.world.settings.styles = ['squash'];
    const notices: string[] = [];
    const forge = openForge(server, { notice: text => notices.push(text) });
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({ kind: 'merged' });
    expect(notices).toEqual([expect.stringContaining('squash')]);
  });

  it('is refused by name where the token may not', async () => {
    const { server, pullRequest } = await proposed({
      enable_merge_whitelist: true,
      merge_whitelist_usernames: ['carol'],
    });
    for (const token of [tokenOf('promote'), tokenOf('bob')]) {
      const merge = openForge(server, { token }).pullRequests.merge(pullRequest, 'merge');
      await expect(merge).rejects.toMatchObject({
        code: 'FORBIDDEN',
        hint: expect.stringContaining('may merge into'),
      });
    }
  });
});

describeWith(['git'], 'a status on Forgejo', () => {
  it('is written where it differs from the latest one alone, and under both names', async () => {
    const { server, forge, head } = await proposed();
    const { pullRequests } = forge;
    const status = {
      ...GATE,
      state: 'pending',
      url: 'https://ci.example/1',
      former: 'promote/qa/api',
    } as const;
    await pullRequests.setStatus(head, status);
    await pullRequests.setStatus(head, status);
    const contexts = () => server.world.statuses.map(({ context, status: state }) => `${context} ${state}`);
    expect(contexts()).toEqual(['promote/qa/api pending', 'promote/gate pending']);
    await pullRequests.setStatus(head, { ...status, state: 'success' });
    await pullRequests.setStatus(head, status);
    expect(contexts().slice(2)).toEqual([
      'promote/qa/api success',
      'promote/gate success',
      'promote/qa/api pending',
      'promote/gate pending',
    ]);
  });
});
