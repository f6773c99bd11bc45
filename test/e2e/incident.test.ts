import { generateKeyPairSync } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { startRegistry } from '../servers/registry.ts';
import { describeWith } from '../servers/tools.ts';
import { build, push } from './shop.ts';
import { createWorld, type Ran } from './world.ts';

const IMAGES = ['api', 'web'];
const FILE = 'ops/environments.yaml';

describeWith(['git'], 'a rollback in an incident', () => {
  it('says all that is in its way, and each hint leads on to its end', async () => {
    const { registry, host, run, type, world, pinned } = await unsignedShop();
    const head = () => world.git('rev-parse', 'main');
    const before = await head();

    await refusesAll(run, host);
    const unsigned = await unretried(run('rollback', 'production', '--yes'));
    expect(unsigned.code).toBe(1);
    expect(unsigned.stderr).toMatch(/api to .*no signature[^\n]*\n {2}web to .*no signature/);
    expect(await head()).toBe(before);

    const waiting = await unretried(type(hintOf(unsigned)));
    expect([waiting.code, waiting.stdout]).toEqual([
      0,
      expect.stringContaining(`promote rollback production --file ${FILE} --yes --approved-by <name>`),
    ]);
    expect([waiting.stdout, await head()]).toEqual([expect.not.stringContaining('holds'), before]);

    // Newer images wait in qa, and stay there.
    await unretried(type(`promote rollback production --yes --file ${FILE} --approved-by ann`));
    expect(await pinned('production')).toEqual(['1.0.0', '1.0.0']);
    expect(await pinned('qa')).toEqual(['3.0.0', '3.0.0']);

    const swept = await run('apply', 'production');
    expect([swept.code, await pinned('production')]).toEqual([0, ['3.0.0', '3.0.0']]);
    const held = await head();
    await registry.stop();
    const dead = await run('rollback', 'production', '--yes', '--approved-by', 'ann');
    expect([dead.code, await head()]).toEqual([1, held]);
    expect(dead.stderr).toMatch(/api to .*connection refused[^\n]*\n {2}web to .*connection refused/);
    // It ends at once: each image is asked for three times at most, and no wait is long enough to be reported.
    expect(dead.stderr.match(/tried \d+ times/g)).toEqual(['tried 3 times', 'tried 3 times']);
    expect(dead.stderr).not.toMatch(/waiting/i);
  });
});

/** What a request that was sent again leaves in the log. */
const RETRIED = /waiting|tried \d+ times/i;

/** No request was sent again, so the command waited for nothing. */
async function unretried(run: Promise<Ran>): Promise<Ran> {
  const ran = await run;
  expect(ran.stderr).not.toMatch(RETRIED);
  return ran;
}

type Run = (...args: readonly string[]) => Promise<Ran>;

/** A plan lists every image that it cannot take. */
async function refusesAll(run: Run, host: string): Promise<void> {
  const named = ['api', 'web'].flatMap(image => ['--image', `${image}=${host}/build/${image}:9.9.9`]);
  const missing = await run('plan', 'qa', ...named);
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringMatching(/api: there is no image .*\n {2}web: there is no image /),
  ]);
  const direct = await run('plan', 'production', ...named);
  expect([direct.code, hintOf(direct)]).toEqual([
    2,
    expect.stringContaining(`promote plan production --file ${FILE} --image api=${host}/build/api:9.9.9`),
  ]);
  expect(direct.stderr).toMatch(/takes api from qa.*\n {2}production takes web from qa/);
  const unknown = await run('plan', 'qa', '--image', 'apo', '--image', 'wep');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/"apo".*\n.*"wep"/)]);
}

/** A shop that has been signing since 2.0.0, with 3.0.0 in qa; its environments file is not the default one. */
async function unsignedShop() {
  const registry = await startRegistry();
  onTestFinished(() => registry.stop());
  const { host } = registry;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const world = await createWorld(
    {
      [FILE]: environments(host, ''),
      ...Object.fromEntries(
        ['qa', 'production'].flatMap(name => IMAGES.map(image => values(host, name, image))),
      ),
    },
    { COSIGN_PRIVATE_KEY: key },
  );
  onTestFinished(() => world.close());
  const run = (...args: readonly string[]) => world.run(...args, '--file', FILE);
  const done = async (ran: Promise<Ran>) => {
    const { code, stdout, stderr } = await ran;
    if (code !== 0) throw new Error(`ended with ${code}: ${stderr}${stdout}`);
  };
  const release = async (version: string, environment: string) => {
    const named = IMAGES.map(image => `${image}=${host}/build/${image}:${version}`);
    for (const image of IMAGES) await push(build(`${image} ${version}`), `${host}/build/${image}:${version}`);
    await done(run('apply', 'qa', ...named.flatMap(text => ['--image', text])));
    if (environment === 'production') await done(run('apply', 'production'));
  };
  await release('1.0.0', 'production');
  await world.write(FILE, environments(host, 'signing: { key: env://COSIGN_PRIVATE_KEY }\n'));
  await world.git('commit', '--quiet', '--all', '--message=Sign');
  await release('2.0.0', 'production');
  await release('3.0.0', 'qa');
  const pinned = async (environment: string) =>
    await Promise.all(
      IMAGES.map(async image => /tag: "([^@"]*)/.exec(await world.read(`${environment}/${image}.yaml`))?.[1]),
    );
  /** Runs commands as a person types them, one after the other; answers what the last one said. */
  const type = async (line: string): Promise<Ran> => {
    const commands = line.split(' && ').map(command => command.split(' ').slice(1));
    let last: Ran | undefined;
    for (const words of commands) last = await world.run(...words);
    return last ?? expect.fail('nothing was typed');
  };
  return { registry, host, world, run, type, pinned };
}

function hintOf({ stderr }: Ran): string {
  return /hint: (.*)/.exec(stderr)?.[1] ?? '';
}

function environments(host: string, signing: string): string {
  return `version: 1
images: { api: { source: "${host}/build/api" }, web: { source: "${host}/build/web" } }
${signing}environments:
  qa: { from: build, registry: "${host}/qa", files: ["qa/*.yaml"], commit: direct }
  production:
    from: qa
    registry: ${host}/production
    files: ["production/*.yaml"]
    commit: direct
    rollback: { approval: { by: stated, count: 1 } }
`;
}

function values(host: string, environment: string, image: string): readonly [string, string] {
  const text = `image:\n  repository: ${host}/${environment}/${image}\n  tag: "0.0.0"\n`;
  return [`${environment}/${image}.yaml`, text];
}
