import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { build, createShop, push } from './shop.ts';
import type { World } from './world.ts';

const COSIGN_PASSWORD = 'marked-secret-password';

describeWith(['docker-registry', 'cosign', 'git'], 'an environment that asks who signed the build', () => {
  let registry: DockerRegistry;
  let world: World;
  let source: string;
  let key: string;

  beforeEach(async () => {
    registry = await startDockerRegistry();
    world = await createShop({ near: registry.host, far: registry.host }, guarded(registry.host));
    key = join(world.directory, 'build');
    await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', key], { COSIGN_PASSWORD });
    const text = `image:\n  repository: ${registry.host}/guarded/api\n  tag: "0.0.0"\n`;
    await world.write('guarded/values.yaml', text);
    await world.git('add', '.');
    await world.git('commit', '--quiet', '--message=Guard');
    source = `${registry.host}/build/api:1.0.0@${await push(build('1.0.0'), `${registry.host}/build/api:1.0.0`)}`;
  });
  afterEach(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });

  it('lets nothing in that nobody signed, and moves nothing', async () => {
    await registry.requests();
    const seen = await apply();
    expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining('no-signature')]);
    const requests = await registry.requests();
    expect(requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('names each platform that is not signed as well, where that is asked for', async () => {
    await sign();
    const seen = await apply();
    expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining('linux/arm64: no-signature')]);
  });

  it('lets in what the build signed whole, and records that', async () => {
    await sign('--recursive');
    expect(await apply('--format', 'json')).toMatchObject({ code: 0 });
    const inspected = await world.run('inspect', `${registry.host}/guarded/api:1.0.0`, '--format', 'json');
    const { attachments } = JSON.parse(inspected.stdout);
    expect(attachments.flatMap(({ record }: { record?: object }) => record ?? [])).toMatchObject([
      { environment: { to: 'guarded' }, verdicts: [{ gate: 'signature', kind: 'open' }] },
    ]);
  });

  it('does not ask again for what is promoted already', async () => {
    await sign('--recursive');
    expect(await apply()).toMatchObject({ code: 0 });
    await registry.requests();
    expect(await apply('--evidence', 'none')).toMatchObject({ code: 0 });
    expect(await askedOfSource()).toEqual([]);
    // Newer evidence is looked for in lists. No signature is opened.
    expect(await apply()).toMatchObject({ code: 0 });
    const lists = /\/tags\/list|\/manifests\/sha256-[0-9a-f]{64}$/;
    expect((await askedOfSource()).filter(path => !lists.test(path))).toEqual([]);
  });

  async function askedOfSource() {
    const requests = await registry.requests();
    return requests.map(({ path }) => path).filter(path => path.includes('/build/api/'));
  }

  async function apply(...args: readonly string[]) {
    return await world.run('apply', 'guarded', '--image', `api=${source}`, ...args);
  }

  async function sign(...args: readonly string[]): Promise<void> {
    const unlogged = ['--use-signing-config=false', '--tlog-upload=false', '--allow-http-registry'];
    const command = ['sign', '-y', ...unlogged, ...args, '--key', `${key}.key`, source];
    await runProgram('cosign', command, { COSIGN_PASSWORD });
  }
});

function guarded(host: string): string {
  return `  guarded:
    from: build
    registry: ${host}/guarded
    files: ["guarded/*.yaml"]
    commit: direct
    gates: { signature: { key: ../build.pub, children: true } }
`;
}
