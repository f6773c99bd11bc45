import { describe, expect, it } from 'vitest';
import type { GitHubFault } from '../servers/github.ts';
import { githubPlace } from './github-place.ts';
import { createRefreshStage } from './refresh-stage.ts';

const REFUSED: GitHubFault = { when: 'instead', status: 422, body: { message: 'not now' } };

describe('a refresh that GitHub refuses halfway', () => {
  async function start(settings?: string) {
    const place = await githubPlace();
    const stage = await createRefreshStage(place, settings);
    const old = await stage.publish('node:20', 'a');
    await stage.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
    await stage.publish('node:20', 'b');
    const refuse = (method: string) => {
      place.server.faults = line =>
        line.startsWith(`${method} /repos/acme/gitops/pulls`) ? REFUSED : undefined;
    };
    return { place, stage, refuse, branch: stage.branchOf('node') };
  }

  it('opens the pull request the next time, from the commit that is there', async () => {
    const { place, stage, refuse, branch } = await start();
    refuse('POST');
    const refused = await stage.refresh();
    expect(refused).toMatchObject({ code: 1, kinds: ['failed'] });
    expect(refused.groups[0]?.outcome.reason).toContain('not now');
    const head = await place.head(branch);
    expect((await stage.refresh()).kinds).toEqual(['failed']);
    place.server.faults = () => undefined;
    expect((await stage.refresh()).kinds).toEqual(['opened']);
    expect(await place.head(branch)).toBe(head);
  });

  it('reports the newer image the next time, from the commit that is there', async () => {
    const { place, stage, refuse, branch } = await start();
    await stage.refresh();
    const [before] = await place.pulls.list();
    await stage.publish('node:20', 'c');
    refuse('PATCH');
    expect(await stage.refresh()).toMatchObject({ code: 1, kinds: ['failed'] });
    const head = await place.head(branch);
    place.server.faults = () => undefined;
    expect((await stage.refresh()).kinds).toEqual(['updated']);
    expect(await place.head(branch)).toBe(head);
    const [after] = await place.pulls.list();
    expect(after?.body).not.toBe(before?.body);
    expect((await stage.refresh()).kinds).toEqual(['held']);
  });

  it('says that the repository lets nothing merge later, and keeps the pull request', async () => {
    const { place, stage } = await start('{ pullRequest: { merge: automatic } }');
    place.server.world.settings.allowsAutoMerge = false;
    place.pulls.protect('build');
    const ran = await stage.refresh();
    expect(ran).toMatchObject({ code: 0, kinds: ['opened'] });
    expect(ran.groups[0]?.outcome.reason).toContain('Auto merge is not allowed');
    expect(await place.pulls.list()).toMatchObject([{ state: 'open' }]);
  });

  it('asks for reviews, assigns and drafts as it is configured', async () => {
    const { place } = await start();
    const stage = await createRefreshStage(
      place,
      '{ pullRequest: { draft: true, assignees: [alice], reviewers: [bob] } }',
    );
    const old = await stage.publish('node:20', 'a');
    await stage.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
    await stage.publish('node:20', 'b');
    await stage.refresh();
    expect((await place.server.as('alice', 'GET', 'pulls?state=open')).body).toMatchObject([
      { draft: true, assignees: [{ login: 'alice' }], requested_reviewers: [{ login: 'bob' }] },
    ]);
  });
});
