import { expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createRollbackStage, FILES, type RollbackStage, type Way } from './rollback-stage.ts';

/** Each way once; with and without a remote differ where branches are written, and not in how they are merged. */
const WAYS: readonly (readonly [Way, 'alone' | 'with a remote'])[] = [
  ['direct', 'alone'],
  ['direct', 'with a remote'],
  ['merge', 'alone'],
  ['squash', 'with a remote'],
  ['rebase', 'with a remote'],
];

describeWith(['git'], 'a rollback', () => {
  it.each(WAYS)(
    'of promotions that came by %s, in a checkout %s, restores the pins and nothing else, and lasts',
    async (way, place) => {
      const isRemote = place === 'with a remote';
      const stage = await open(way, isRemote);
      const first = await stage.deliver('1.0.0');
      const second = await stage.deliver('1.1.0');
      const unrelated = await editUnrelated(stage, isRemote);

      expect(await stage.change('rollback', 'production', '--yes', '--reason', 'it crashes')).toMatchObject({
        code: 0,
      });
      await update(stage, isRemote);
      expect(await stage.files()).toBe(unrelated.replaceAll('1.1.0', '1.0.0').replaceAll(second, first));
      expect(await kinds(stage)).toEqual(['rollback', 'promotion', 'promotion']);

      const held = await stage.run('plan', 'production', '--format', 'json');
      expect(held.code).toBe(3);
      expect(held.stdout).toContain('it crashes');
      const again = await stage.change('rollback', 'production', '--yes', '--format', 'json');
      expect(JSON.parse(again.stdout)).toMatchObject({ state: 'nothing' });

      expect(await stage.change('lift', 'production', 'api')).toMatchObject({ code: 0 });
      await update(stage, isRemote);
      expect(await stage.change('apply', 'production')).toMatchObject({ code: 0 });
      await update(stage, isRemote);
      expect(await stage.files()).toBe(unrelated);
      expect(await stage.read('promote-holds.yaml')).not.toContain('sha256');
      expect(await kinds(stage)).toEqual(['promotion', 'rollback', 'promotion', 'promotion']);
    },
    60_000,
  );

  it.each<[Way, readonly string[]]>([
    ['merge', ['-m', '1']],
    ['squash', []],
    ['rebase', []],
  ])(
    "by the forge's button, of what came by %s, is understood and asked about",
    async (way, args) => {
      const stage = await open(way);
      await stage.deliver('1.0.0');
      const before = await stage.files();
      await stage.deliver('1.1.0');
      const after = await stage.files();
      await stage.git('checkout', '--quiet', '-b', 'revert-1');
      await stage.git('revert', '--no-edit', ...args, 'HEAD');
      await stage.git('checkout', '--quiet', 'main');
      await stage.git(
        'merge',
        '--quiet',
        '--no-ff',
        '--message=Merge pull request #2 from revert-1',
        'revert-1',
      );
      expect(await stage.files()).toBe(before);
      expect(await kinds(stage)).toEqual(['rollback', 'promotion', 'promotion']);
      const asked = await stage.run('plan', 'production', '--format', 'json');
      expect([asked.code, asked.stdout]).toEqual([3, expect.stringContaining('promote lift production api')]);
      const [, digest = ''] = /1\.1\.0@(sha256:[0-9a-f]{64})/.exec(after) ?? [];
      expect(await stage.change('lift', 'production', 'api', '--digest', digest)).toMatchObject({ code: 0 });
      expect(await stage.change('apply', 'production')).toMatchObject({ code: 0 });
      expect(await stage.files()).toBe(after);
    },
    60_000,
  );

  it('of what people pinned by hand says so, and asks for force where it would undo more', async () => {
    const stage = await open('hand');
    const first = await stage.deliver('1.0.0');
    const second = await stage.deliver('1.1.0');
    const before = await stage.files();
    await stage.write(
      FILES[0] ?? '',
      (await stage.read(FILES[0] ?? '')).replace(/1\.1\.0@sha256:.{64}/, '1.1.0'),
    );
    await stage.git('commit', '--quiet', '--all', '--message=Loosen a pin');
    const stopped = await stage.run('rollback', 'production', '--yes', '--format', 'json');
    expect(stopped.code).toBe(3);
    expect(stopped.stdout).toContain(FILES[0]);
    expect(await stage.git('log', '-1', '--format=%s')).toBe('Loosen a pin');
    expect(await stage.run('rollback', 'production', '--yes', '--force')).toMatchObject({ code: 0 });
    expect(await stage.files()).toBe(before.replaceAll('1.1.0', '1.0.0').replaceAll(second, first));
    const undone = await stage.git('rev-parse', 'HEAD~2');
    expect(await stage.git('log', '-1', '--format=%s%n%b')).toMatch(
      new RegExp(`^Revert "I put 1.1.0 there myself"\\nThis reverts commit ${undone}\\.\\n`),
    );
  });
});

async function open(way: Way, remote = false): Promise<RollbackStage> {
  const stage = await createRollbackStage(way, remote);
  onTestFinished(() => stage.close());
  return stage;
}

async function editUnrelated(stage: RollbackStage, remote: boolean): Promise<string> {
  for (const path of FILES) await stage.write(path, `# edited\n${await stage.read(path)}# at both ends\n`);
  await stage.git('commit', '--quiet', '--all', '--message=Explain');
  if (remote) await stage.git('push', '--quiet', 'origin', 'main');
  return await stage.files();
}

async function update(stage: RollbackStage, remote: boolean): Promise<void> {
  if (remote) await stage.git('pull', '--quiet', '--ff-only');
}

async function kinds(stage: RollbackStage): Promise<readonly string[]> {
  const { stdout } = await stage.run('history', 'production', '--format', 'json');
  const { events } = JSON.parse(stdout);
  return events
    .flatMap(({ images }: { readonly images: readonly { readonly kind: string }[] }) =>
      images.map(({ kind }) => kind),
    )
    .slice(0, -1);
}
