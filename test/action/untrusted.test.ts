import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createShop } from '../e2e/shop.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { type Fault, startRegistry } from '../servers/registry.ts';
import { type Ended, type Step, useActions } from './step.ts';

const COMMAND = '::set-output name=state::owned';
/** What the actions themselves say to the runner. */
const OURS = ['add-mask', 'error', 'warning', 'notice'];

describe('what comes from outside', () => {
  const runStep = useActions();

  async function promote(step: Partial<Step>, text?: string, fault?: Fault): Promise<Ended> {
    const registry = await startRegistry({ faults: () => fault });
    const shop = await createShop({ near: registry.host, far: registry.host });
    onTestFinished(async () => {
      await shop.close();
      await registry.stop();
    });
    if (text !== undefined) await shop.write('environments.yaml', text);
    await shop.git('commit', '--quiet', '--all', '--allow-empty', '--message=Work');
    const images = `api=${registry.host}/build/api:1.0.0`;
    return await runStep({
      action: 'promote',
      workspace: shop.repository,
      ...step,
      inputs: { environment: 'dev', images, ...step.inputs },
    });
  }

  it.each<[string, () => Promise<Ended>]>([
    ['an input', () => promote({ inputs: { environment: `dev\n${COMMAND}` } })],
    ['an image of an input', () => promote({ inputs: { images: `${COMMAND}=x` } })],
    ['a file name', () => promote({ inputs: { file: `x\n${COMMAND}` } })],
    ['the environments file', () => promote({}, `version: 1\n? "a\\n${COMMAND}"\n: "##[error]x"\n`)],
    [
      'a registry',
      () => {
        const errors = [{ code: 'DENIED', message: `no\n${COMMAND}\r${COMMAND}\u001b[31m##[error]x` }];
        return promote({}, undefined, { status: 403, body: JSON.stringify({ errors }) });
      },
    ],
  ])('gives the runner no command: %s', async (_, run) => {
    const { failed, log, commands, outputs } = await run();
    expect(failed).toBe(true);
    expect(commands.filter(({ name }) => !OURS.includes(name))).toEqual([]);
    expect(log).not.toMatch(/##\[/);
    expect(log).not.toContain('\u001b');
    expect(outputs.state ?? 'failed').toBe('failed');
    expect(JSON.stringify(outputs)).not.toContain('owned');
  });

  it('shows no secret but to have it masked', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const password = 'correct-horse-battery';
    const inputs = { 'app-id': '4711', 'app-key': key };
    const ended = [
      await promote({ env: { COSIGN_PASSWORD: password } }),
      await promote({ inputs, env: { COSIGN_PASSWORD: password } }, 'version: 2\n'),
      await promote({ inputs: { 'app-key': key } }),
    ];
    for (const { log, summary, outputs, commands } of ended) {
      const shown = log.replaceAll(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs);
      for (const secret of [JOB_TOKEN, password, key.split('\n')[1] ?? ''])
        expect(shown).not.toContain(secret);
      expect(commands.filter(({ name, text }) => name === 'add-mask' && text === '4711')).toEqual([]);
    }
    const masked = ended.map(({ commands }) => commands.filter(({ name }) => name === 'add-mask').length);
    expect(masked).toEqual([2, 2, 0]);
  });
});
