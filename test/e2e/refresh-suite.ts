import { describe, expect, it } from 'vitest';
import { createRefreshStage } from './refresh-stage.ts';
import type { ReviewPlace } from './review-place.ts';

/** What holds of a refresh wherever its repository lies. */
export function refreshSuite(name: string, start: () => Promise<ReviewPlace>): void {
  describe(`a refresh on ${name}`, () => {
    /** A Dockerfile on a base whose tag has moved on. */
    async function behind(settings?: string) {
      const place = await start();
      const stage = await createRefreshStage(place, settings);
      const old = await stage.publish('node:20', 'a');
      await stage.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
      const digest = await stage.publish('node:20', 'b');
      return { place, stage, old, digest, branch: stage.branchOf('node') };
    }

    it('is proposed once, held by runs that write nothing, and follows a newer digest', async () => {
      const { place, stage, digest, branch } = await behind();
      expect((await stage.refresh()).kinds).toEqual(['opened']);
      expect(await place.file('Dockerfile', branch)).toContain(`FROM ${stage.host}/base/node:20@${digest}`);
      const head = await place.head(branch);
      stage.writes();
      for (let run = 0; run < 2; run += 1) expect((await stage.refresh()).kinds).toEqual(['held']);
      expect(stage.writes()).toEqual([]);
      expect(await place.head(branch)).toBe(head);
      const newest = await stage.publish('node:20', 'c');
      expect((await stage.refresh()).kinds).toEqual(['updated']);
      expect(await place.file('Dockerfile', branch)).toContain(newest);
      expect(await place.parents((await place.head(branch)) ?? '')).toEqual([await place.head('main')]);
      expect((await stage.refresh()).kinds).toEqual(['held']);
    });

    it('is proposed once by two runs at once', async () => {
      const { place, stage, digest, branch } = await behind();
      const runs = await Promise.all([stage.refresh(), stage.refresh()]);
      const kinds = runs.flatMap(run => run.kinds);
      expect(kinds.filter(kind => !['opened', 'updated', 'held', 'moved'].includes(kind))).toEqual([]);
      expect(await place.file('Dockerfile', branch)).toContain(digest);
      expect((await place.pulls?.list())?.length ?? 1).toBe(1);
      expect((await stage.refresh()).kinds).toEqual(['held']);
    });

    it('leaves a branch alone that a person has pushed to, whatever they changed', async () => {
      const { place, stage, branch } = await behind();
      await stage.refresh();
      const theirs = await stage.put({ 'app.js': 'fixed for the new base\n' }, branch);
      expect((await stage.refresh()).kinds).toEqual(['held']);
      await stage.publish('node:20', 'c');
      expect((await stage.refresh()).kinds).toEqual(['foreign']);
      expect(await place.head(branch)).toBe(theirs);
    });

    /** Two images of one group, both behind, in files of their own. */
    async function twoBehind() {
      const place = await start();
      const stage = await createRefreshStage(place, '{ groups: { all: ["HOST/base/*"] } }');
      const [node, ruby] = [await stage.publish('node:20', 'a'), await stage.publish('ruby:3', 'a')];
      await stage.put({
        Dockerfile: `FROM HOST/base/node:20@${node}\n`,
        'web/Dockerfile': `FROM HOST/base/ruby:3@${ruby}\n`,
      });
      await stage.publish('node:20', 'b');
      await stage.publish('ruby:3', 'b');
      return { place, stage, ruby, branch: 'promote/refresh/all' };
    }

    it('takes back what shall not be refreshed any more', async () => {
      const { place, stage, ruby, branch } = await twoBehind();
      await stage.refresh();
      expect(await place.file('web/Dockerfile', branch)).not.toContain(ruby);
      await stage.configure('{ groups: { all: ["HOST/base/*"] }, exclude: ["web/**"] }');
      expect((await stage.refresh()).kinds).toEqual(['updated']);
      expect(await place.file('web/Dockerfile', branch)).toContain(ruby);
      expect((await stage.refresh()).kinds).toEqual(['held']);
    });

    it('is left as it is by a run that is asked about some of its files, and followed by one about all', async () => {
      const { place, stage, branch } = await twoBehind();
      await stage.refresh();
      const head = await place.head(branch);
      expect((await stage.refresh('web')).kinds).toEqual(['held']);
      const newest = await stage.publish('ruby:3', 'c');
      expect((await stage.refresh('web')).kinds).toEqual(['held']);
      expect(await place.head(branch)).toBe(head);
      expect((await stage.refresh('web', 'Dockerfile')).kinds).toEqual(['updated']);
      expect(await place.file('web/Dockerfile', branch)).toContain(newest);
    });

    it('opens no more than the limit, those of earlier runs included', async () => {
      const { stage } = await behind('{ limit: 1 }');
      const ruby = await stage.publish('ruby:3', 'a');
      await stage.refresh();
      await stage.put({ 'web/Dockerfile': `FROM HOST/base/ruby:3@${ruby}\n` });
      await stage.publish('ruby:3', 'b');
      const limited = await stage.refresh();
      expect(limited.kinds).toEqual(['held', 'postponed']);
      expect(limited.groups[1]?.outcome.reason).toContain('refresh.limit');
      await stage.configure('{ limit: 2 }');
      expect((await stage.refresh()).kinds).toEqual(['held', 'opened']);
    });

    it('opens none outside its windows, and keeps open ones up to date', async () => {
      // A month that it is not, whenever this runs.
      const month = ((new Date().getUTCMonth() + 6) % 12) + 1;
      const { place, stage, branch } = await behind(`{ schedule: { cron: "* * * ${month} *" } }`);
      const closed = await stage.refresh();
      expect(closed.kinds).toEqual(['postponed']);
      expect(closed.groups[0]?.outcome.reason).toContain('refresh.schedule');
      expect(await place.head(branch)).toBeUndefined();
      await stage.configure('{ schedule: { cron: "* * * * *", timezone: Asia/Tokyo } }');
      expect((await stage.refresh()).kinds).toEqual(['opened']);
      await stage.configure(`{ schedule: { cron: "* * * ${month} *" } }`);
      const newest = await stage.publish('node:20', 'c');
      expect((await stage.refresh()).kinds).toEqual(['updated']);
      expect(await place.file('Dockerfile', branch)).toContain(newest);
    });

    it('waits until an image is old enough, which a branch remembers that a CI has nothing to run of', async () => {
      const { place, stage, digest, old } = await behind('{ minimumAge: 7d }');
      const why = async () => (await stage.refresh()).left.map(left => `${left.why} ${left.reason}`);
      const first = await why();
      expect(first).toEqual([expect.stringMatching(`^waiting 20 at ${digest.slice(7, 19)}`)]);
      expect(await place.file('Dockerfile', 'promote/refresh-young')).toContain(old);
      stage.writes();
      await stage.publish('node:20', 'c');
      expect(await why()).toEqual(first);
      expect(stage.writes()).toEqual([]);
    });

    it('writes nothing with --dry-run', async () => {
      const { place, stage, branch } = await behind();
      stage.writes();
      expect((await stage.refresh('--dry-run')).kinds).toEqual(['planned']);
      expect(stage.writes()).toEqual([]);
      expect(await place.head(branch)).toBeUndefined();
    });

    it('is over once it is merged, and begins again with the next digest', async () => {
      const { place, stage, branch } = await behind();
      await stage.refresh();
      await place.merge(branch);
      expect((await stage.refresh()).kinds).toEqual([]);
      const newest = await stage.publish('node:20', 'c');
      expect(['opened', 'updated']).toContain((await stage.refresh()).kinds.join());
      expect(await place.file('Dockerfile', branch)).toContain(newest);
    });
  });
}
