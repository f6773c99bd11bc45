import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { build, createShop, push } from './shop.ts';
import type { World } from './world.ts';

describeWith(
  ['docker-registry', 'crane', 'skopeo', 'cosign', 'kustomize', 'git'],
  'a promotion from build to production',
  () => {
    let near: DockerRegistry;
    let far: DockerRegistry;
    let world: World;
    let digest: string;

    beforeAll(async () => {
      [near, far] = [await startDockerRegistry(), await startDockerRegistry()];
      world = await createShop({ near: near.host, far: far.host });
      digest = await push(build('1.4.2', 3, 6), `${near.host}/build/api:1.4.2`);
    });
    afterAll(async () => {
      await Promise.all([near.stop(), far.stop(), world.close()]);
    });

    it('goes through every environment, waiting where an approval is asked for', async () => {
      expect(
        await world.run('apply', 'dev', '--image', `api=${near.host}/build/api:1.4.2@${digest}`),
      ).toMatchObject({ code: 0 });
      expect(await world.run('apply', 'qa')).toMatchObject({ code: 0 });
      const waiting = await world.run('apply', 'production', '--format', 'json', '--exit-code');
      expect([waiting.code, JSON.parse(waiting.stdout).state]).toEqual([5, 'waiting']);
      expect(await world.git('log', '--format=%s', '-1')).toContain('to qa');
      const done = await world.run('apply', 'production', '--approved-by', 'alice', '--format', 'json');
      expect([done.code, JSON.parse(done.stdout).state]).toEqual([0, 'done']);
    });

    it('keeps the digest at every stop', async () => {
      for (const image of images()) {
        expect(
          (await runProgram('crane', ['digest', '--insecure', `${image}@${digest}`])).stdout.trim(),
        ).toBe(digest);
        const inspected = await runProgram('skopeo', [
          'inspect',
          '--tls-verify=false',
          '--raw',
          `docker://${image}@${digest}`,
        ]);
        expect(JSON.parse(inspected.stdout).manifests).toHaveLength(3);
        await runProgram('crane', ['validate', '--insecure', '--remote', `${image}@${digest}`]);
      }
    });

    it('signs so that cosign accepts it', async () => {
      const key = join(world.repository, 'cosign.pub');
      for (const image of images()) {
        const args = [
          'verify',
          '--key',
          key,
          '--insecure-ignore-tlog',
          '--allow-http-registry',
          `${image}@${digest}`,
        ];
        await runProgram('cosign', args);
      }
    });

    it('tags production by the build, and by the major version that moves', async () => {
      const tags = await runProgram('crane', ['ls', '--insecure', `${far.host}/production/api`]);
      expect(
        tags.stdout
          .split('\n')
          .filter(tag => /^\d/.test(tag))
          .sort(),
      ).toEqual(['1', '1.4.2']);
    });

    it('pins what kustomize builds, and changes nothing but pins', async () => {
      const built = await runProgram('kustomize', ['build', join(world.repository, 'qa')]);
      expect(built.stdout).toContain(`${near.host}/qa/api:1.4.2@${digest}`);
      const start = await world.git('rev-list', '--max-parents=0', 'HEAD');
      const changed = await world.git('diff', '--unified=0', start, 'HEAD', '--', 'dev', 'qa', 'production');
      expect(changed.split('\n').filter(line => /^[-+](?![-+])/.test(line))).toEqual([
        '-  tag: "0.0.0"   # kept',
        `+  tag: "1.4.2@${digest}"   # kept`,
        `-        - { name: api, image: "${far.host}/production/api:0.0.0" } # kept`,
        `+        - { name: api, image: "${far.host}/production/api:1.4.2@${digest}" } # kept`,
        '-    newTag: 0.0.0 # kept',
        '+    newTag: 1.4.2 # kept',
        `+    digest: ${digest}`,
      ]);
      expect(await world.git('status', '--porcelain')).toBe('');
    });

    it('writes nothing when it runs again', async () => {
      const head = await world.git('rev-parse', 'HEAD');
      await Promise.all([near.requests(), far.requests()]);
      for (const environment of ['qa', 'production']) {
        const again = await world.run('apply', environment, '--approved-by', 'alice', '--format', 'json');
        expect([again.code, JSON.parse(again.stdout).state]).toEqual([0, 'nothing']);
        const requests = [...(await near.requests()), ...(await far.requests())];
        expect(requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
        // One look, our signature and record, and for each of four manifests a list of evidence on each side.
        expect(requests.length).toBeLessThanOrEqual(1 + 2 + 2 * 4);
        await world.run('apply', environment, '--approved-by', 'alice', '--evidence', 'none');
        const without = [...(await near.requests()), ...(await far.requests())];
        expect(without.length).toBeLessThanOrEqual(8);
      }
      expect(await world.git('rev-parse', 'HEAD')).toBe(head);
    });

    it('repairs a pin that was merged before the image was promoted', async () => {
      const next = await push(build('1.5.0'), `${near.host}/build/api:1.5.0`);
      for (const [environment, file] of [
        ['dev', 'dev/values.yaml'],
        ['qa', 'qa/kustomization.yaml'],
      ] as const) {
        const text = (await world.read(file)).replaceAll('1.4.2', '1.5.0').replaceAll(digest, next);
        await world.write(file, text);
        await world.git('commit', '--quiet', '--all', `--message=Merge early into ${environment}`);
      }
      expect(await world.run('apply', 'dev', '--image', `api=${near.host}/build/api:1.5.0`)).toMatchObject({
        code: 0,
      });
      const repaired = await world.run('apply', 'qa', '--format', 'json');
      expect(JSON.parse(repaired.stdout)).toMatchObject({
        state: 'done',
        groups: [{ result: { pins: { kind: 'unchanged' } } }],
      });
      await runProgram('crane', ['digest', '--insecure', `${near.host}/qa/api:1.5.0`]);
    });

    function images(): readonly string[] {
      return [`${near.host}/dev/api`, `${near.host}/qa/api`, `${far.host}/production/api`];
    }
  },
);
