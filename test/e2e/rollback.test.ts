import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Digest } from '../../src/oci/digest.ts';
import { keep } from '../servers/keep.ts';
import { describeWith } from '../servers/tools.ts';
import { createRollbackStage, FILES, type RollbackStage } from './rollback-stage.ts';
import { build } from './shop.ts';

describeWith(['git'], 'going back', () => {
  let stage: RollbackStage;
  let restore: () => Promise<void>;
  const digests = new Map<string, Digest>();

  beforeAll(async () => {
    stage = await createRollbackStage('direct');
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) digests.set(version, await stage.deliver(version));
    restore = await keep(stage.directory);
  });
  beforeEach(() => restore());
  afterAll(() => stage.close());

  it.each([
    ['by one promotion', [], '1.1.0'],
    ['by two', ['--steps', '2'], '1.0.0'],
    ['to a version', ['--to', '1.0.0'], '1.0.0'],
    ['to what nobody had', ['--to', '9.9.9'], undefined],
    ['further than there was', ['--steps', '9'], undefined],
    ['to before it all', ['--to', '2001-01-01'], undefined],
  ])('%s', async (_, args, version) => {
    const code = await rollBack(...args);
    expect([code, await pinned()]).toEqual(version ? [0, version] : [1, '1.2.0']);
  });

  it('to a commit, and to a time', async () => {
    const [commit = ''] = (
      await stage.git('log', '--format=%h', '--grep=Promote api 1.0.0 to production')
    ).split('\n');
    expect([await rollBack('--to', commit), await pinned()]).toEqual([0, '1.0.0']);
    await stage.write('README.md', 'shop\n');
    await stage.git('add', '.');
    await stage.git('commit', '--quiet', '--message=Explain');
    const other = await stage.git('rev-parse', '--short', 'HEAD');
    expect([await rollBack('--to', other), await pinned()]).toEqual([0, '1.0.0']);
    const now = new Date().toISOString();
    expect([await rollBack('--to', now), await pinned()]).toEqual([0, '1.0.0']);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    expect(await rollBack('--to', later)).toBe(2);
  });

  it('moves the tags that move, leaves the others, and records who went back where', async () => {
    await rollBack();
    const tags = await stage.run(
      'copy',
      '--format',
      'json',
      'oci:../registries/production/api:1',
      'oci:../out/api',
    );
    expect(JSON.parse(tags.stdout)).toMatchObject({ digest: digests.get('1.1.0') });
    const newest = await stage.run(
      'copy',
      '--format',
      'json',
      'oci:../registries/production/api:1.2.0',
      'oci:../out/api',
    );
    expect(JSON.parse(newest.stdout)).toMatchObject({ digest: digests.get('1.2.0') });
    const message = await stage.git('log', '-1', '--format=%B');
    expect(message).toContain(`Promote-Image: api@${digests.get('1.1.0')}`);
    const history = JSON.parse(
      (await stage.run('history', 'production', '--limit', '1', '--format', 'json')).stdout,
    );
    expect(history.events).toHaveLength(1);
    expect(history.events[0].images).toMatchObject([{ kind: 'rollback', record: { kind: 'rollback' } }]);
  });

  it('does it once when it is asked twice, at once or again', async () => {
    const codes = await Promise.all([rollBack(), rollBack()]);
    expect([codes, await rollBack()]).toEqual([[0, 0], 0]);
    expect(await stage.git('rev-list', '--count', '--grep=^Revert', 'HEAD')).toBe('1');
    expect((await stage.read('promote-holds.yaml')).match(/digest:/g)).toHaveLength(1);
    expect(await pinned()).toBe('1.1.0');
  });

  it('asks a person, and changes nothing where nobody can be asked', async () => {
    const head = await stage.git('rev-parse', 'HEAD');
    expect(await stage.run('rollback', 'production')).toMatchObject({ code: 2 });
    expect(await stage.git('rev-parse', 'HEAD')).toBe(head);
  });

  it('is refused before anything is written where a part of the image is gone', async () => {
    const [child = ''] = build('1.1.0').manifests.map(({ descriptor }) => descriptor.digest);
    await stage.lose('production', child);
    const head = await stage.git('rev-parse', 'HEAD');
    const refused = await stage.run('rollback', 'production', '--yes');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('hint: promote rollback production --yes --restore\n'),
    ]);
    expect(await stage.git('rev-parse', 'HEAD')).toBe(head);

    expect([await rollBack('--restore'), await pinned()]).toEqual([0, '1.1.0']);
    expect(
      await stage.run('copy', 'oci:../registries/production/api:1.1.0', 'oci:../whole/api'),
    ).toMatchObject({
      code: 0,
    });
  });

  it('restores the tag too where the registry lost it with the image', async () => {
    const digest = digests.get('1.1.0') ?? '';
    await stage.forget('production', digest);
    expect([await rollBack('--restore'), await pinned()]).toEqual([0, '1.1.0']);
    const verified = await stage.run('verify', 'production', '--format', 'json');
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('1.1.0')]);
  });

  it('is refused where no registry has the image any more', async () => {
    const [child = ''] = build('1.1.0').manifests.map(({ descriptor }) => descriptor.digest);
    for (const place of ['build', 'qa', 'production']) await stage.lose(place, child);
    expect([await rollBack('--restore'), await pinned()]).toEqual([1, '1.2.0']);
  });

  it('understands a plain git revert, and a lift of what was reverted', async () => {
    await stage.git('revert', '--no-edit', 'HEAD');
    const reverted = await stage.run('plan', 'production', '--format', 'json');
    expect([reverted.code, reverted.stdout]).toEqual([
      3,
      expect.stringContaining('promote lift production api'),
    ]);
    const [event] = JSON.parse((await stage.run('history', 'production', '--format', 'json')).stdout).events;
    expect(event.images).toMatchObject([{ kind: 'rollback' }]);
    await stage.run('lift', 'production', 'api', '--digest', digests.get('1.2.0') ?? '');
    expect((await stage.run('apply', 'production')).code).toBe(0);
    expect(await pinned()).toBe('1.2.0');
  });

  it('leaves newer digests free, unless everything is held', async () => {
    await rollBack();
    await stage.deliver('1.3.0');
    expect(await pinned()).toBe('1.3.0');
    await stage.run('hold', 'production', 'api', '--all', '--reason', 'wait');
    await expect(stage.deliver('1.4.0')).rejects.toThrow('3');
    const status = await stage.run('status');
    expect(status.stdout).toContain('wait');
    await stage.run('lift', 'production', 'api');
    expect((await stage.run('hold', 'production', 'api', '--until', '2001-01-01')).code).toBe(2);
    expect((await stage.run('plan', 'production')).code).toBe(0);
    expect((await stage.run('hold', 'production', 'api')).code).toBe(0);
    expect((await stage.run('apply', 'production')).code).toBe(3);
    await stage.run('lift', 'production', 'api');
    expect((await stage.run('apply', 'production')).code).toBe(0);
    expect(await pinned()).toBe('1.4.0');
    expect((await stage.run('hold', 'production', 'api')).code).toBe(2);
  });

  it('closes every gate while the holds cannot be read', async () => {
    await stage.write('promote-holds.yaml', 'holds: none\n');
    await stage.git('add', '.');
    await stage.git('commit', '--quiet', '--message=Break it');
    await expect(stage.deliver('1.3.0')).rejects.toThrow('3');
    expect((await stage.run('status')).code).toBe(0);
  });

  async function rollBack(...args: readonly string[]): Promise<number> {
    return (await stage.run('rollback', 'production', '--yes', ...args)).code;
  }

  async function pinned(): Promise<string> {
    const texts = await Promise.all(FILES.map(path => stage.git('show', `HEAD:${path}`)));
    const versions = texts.map(text => /\d+\.\d+\.\d+(?=["@ ])/.exec(text)?.[0]);
    return [...new Set(versions)].join(' and ');
  }
});
