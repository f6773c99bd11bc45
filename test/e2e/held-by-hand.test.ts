import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createRollbackStage, FILES } from './rollback-stage.ts';
import type { Ran } from './world.ts';

describeWith(['git'], 'a held digest that a person pins by hand', () => {
  it('is unsound everywhere, and the printed command restores what was pinned before', async () => {
    const stage = await createRollbackStage('direct');
    onTestFinished(() => stage.close());
    const { run, git } = stage;
    await stage.deliver('1.0.0');
    await stage.deliver('1.1.0');
    const sound = await stage.files();
    const held = await stage.deliver('1.2.0');
    const broken = await stage.files();
    expect(await run('rollback', 'production', '--yes', '--reason', 'it crashes')).toMatchObject({ code: 0 });
    expect(await stage.files()).toBe(sound);

    // Holds and commits have whole seconds: in the same one, nobody knows which was first.
    await setTimeout(1020 - (Date.now() % 1000));
    for (const [index, text] of broken.split('---\n').entries()) await stage.write(FILES[index] ?? '', text);
    await git('commit', '--quiet', '--all', '--message=I know better');
    await git('commit', '--quiet', '--allow-empty', '--message=Something else');
    const before = (await git('rev-parse', '--short=12', 'HEAD~2')).trim();

    const hint = `promote rollback production --image api --to ${before} --force, or promote lift production api --digest ${held}`;
    const said = { code: 3, stdout: expect.stringContaining(hint) };
    const head = await git('rev-parse', 'HEAD');
    expect(await run('verify', 'production')).toMatchObject(said);
    expect(await run('verify', 'production', '--repair')).toMatchObject(said);
    expect(await run('status', '--exit-code')).toMatchObject(said);
    expect(await run('status')).toMatchObject({ ...said, code: 0 });
    expect(await run('check', '--exit-code')).toMatchObject(said);
    expect(await run('check')).toMatchObject({ ...said, code: 0 });
    expect(await git('rev-parse', 'HEAD')).toBe(head);
    const { events } = JSON.parse((await run('history', 'production', '--format', 'json')).stdout);
    expect(kindsOf(events)).toEqual(['edit', 'rollback', 'promotion', 'promotion', 'promotion', 'edit']);

    const unknown = await run('lift', 'production', 'api', '--digest', `sha256:${'0'.repeat(64)}`);
    const lift = hint.split(', or ')[1];
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining(`what is held: ${lift}`) });

    // Both commands of the hint, as they are printed.
    const typed = (command = '') => run(...command.split(' ').slice(1));
    const after: Ran = await typed(`${hint.split(', or ')[0]} --yes`);
    expect([after.code, await stage.files()]).toEqual([0, sound]);
    expect(await run('verify', 'production')).toMatchObject({ code: 0 });
    expect(await run('status', '--exit-code')).toMatchObject({ code: 0 });
    expect(await typed(lift)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Release the hold on api/),
    });
    expect(await typed(lift)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was released in production by'),
    });
  });
});

function kindsOf(events: readonly { readonly images: readonly { readonly kind: string }[] }[]) {
  return events.flatMap(({ images }) => images.map(({ kind }) => kind));
}
