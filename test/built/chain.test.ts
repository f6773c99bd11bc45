import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, push } from '../e2e/shop.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { verifySummary } from '../records/documented-summary.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { IDENTITY, ISSUER, newToken } from '../signing/keyless-place.ts';
import { COSIGN_PASSWORD, type MatrixPlace, startMatrixPlace } from '../signing/matrix-place.ts';

const STAGES = ['dev', 'qa', 'staging', 'production'];
const BUILDER = 'https://builder.example/v1';
const DOCS = join(import.meta.dirname, '../../docs');

describeWith(['docker-registry', 'cosign', 'cosign2', 'git', 'jq', 'tar'], 'the chain to production', () => {
  let place: MatrixPlace;
  beforeAll(async () => {
    place = await startMatrixPlace();
  });
  afterAll(async () => await place.stop());

  describe.each(['key', 'keyless'] as const)('by %s', by => {
    let world: World;
    let digest: string;
    const home = () => `${place.registry.host}/${by}`;
    beforeAll(async () => {
      world = await createWorld(
        {
          'environments.yaml': environments(place, home(), by),
          ...Object.fromEntries(STAGES.map(stage => [`${stage}.yaml`, pinned(`${home()}/${stage}/api`)])),
          'root.json': await readFile(join(place.directory, 'root.json'), 'utf8'),
          'own.pub': await readFile(join(place.directory, 'cosign.pub'), 'utf8'),
        },
        { SIGSTORE_ID_TOKEN: newToken(), COSIGN_PASSWORD },
      );
      const build1 = join(world.directory, 'build');
      await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', build1], { COSIGN_PASSWORD });
      await world.write('build.pub', await readFile(`${build1}.pub`, 'utf8'));
      await world.gits(['add', '.'], ['commit', '--quiet', '--amend', '--message=Start']);
      const image = `${home()}/build/api`;
      digest = await push(build(by), `${image}:1.0.0`);
      const predicate = join(world.directory, 'provenance.json');
      await writeFile(
        predicate,
        JSON.stringify({
          buildDefinition: { buildType: 'https://type.example', externalParameters: {} },
          runDetails: { builder: { id: BUILDER } },
        }),
      );
      const attest = ['attest', '--predicate', predicate, '--type', 'slsaprovenance1'];
      await place.cosign({}, ...attest, '--key', `${build1}.key`, `${image}@${digest}`);
      for (const stage of STAGES) {
        const more = stage === 'dev' ? ['--image', `api=${image}:1.0.0@${digest}`] : [];
        expect(await world.run('apply', stage, ...more)).toMatchObject({ code: 0 });
      }
    });
    afterAll(async () => await world.close());

    const trusted = () =>
      by === 'key'
        ? ['--key', join(place.directory, 'cosign.pub')]
        : ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];
    const services = () => (by === 'key' ? {} : { rekor: true });
    const at = (stage: string) => `${home()}/${stage}/api@${digest}`;

    it('ends with what cosign 3 alone verifies: signature, record and summary, and cosign 2 as documented', async () => {
      for (const cosign of [place.cosign, place.cosign2])
        await expect(cosign(services(), 'verify', ...trusted(), at('production'))).resolves.toContain(digest);
      const docs = await readFile(join(DOCS, 'custody.md'), 'utf8');
      const root = `--trusted-root ${join(place.directory, 'root.json')}`;
      const ignored = by === 'key' ? ' --insecure-ignore-tlog' : '';
      const asked = { trusted: `${trusted().join(' ')} ${root}${ignored}`, environment: 'production' };
      await expect(verifySummary(docs, { ...asked, reference: at('production') })).resolves.toBe('true');
      // Of staging's image, which has no such summary, and of a summary of another environment.
      await expect(verifySummary(docs, { ...asked, reference: at('staging') })).rejects.toThrow();
      const elsewhere = { ...asked, environment: 'staging', reference: at('production') };
      await expect(verifySummary(docs, elsewhere)).rejects.toThrow();
      const [, options = ''] = /cosign 2 reads .*? with `([^`]+)`/s.exec(docs) ?? [];
      const summary = ['verify-attestation', '--type', 'https://slsa.dev/verification_summary/v1'];
      if (by === 'key') await second(options, [...summary, ...trusted(), at('production')]);
      const record = ['verify-attestation', '--type', 'https://gitops-promote.dev/promotion/v1'];
      await expect(place.cosign(services(), ...record, ...trusted(), at('production'))).resolves.toContain(
        'payload',
      );
    });

    /** It fetches the public root where none is named, even for a key. */
    async function second(options: string, args: readonly string[]): Promise<void> {
      const root = join(world.directory, 'public-root.json');
      const { targets } = seeds['https://tuf-repo-cdn.sigstore.dev'];
      await writeFile(root, Buffer.from(targets['trusted_root.json'], 'base64'));
      await place.cosign2({}, ...args, ...options.split(' '), '--trusted-root', root);
    }

    it('is verified by the script of the audit, which knows the keys or the identity alone', async () => {
      const custody = await world.run('custody', 'api', '--out', 'audit.tar');
      expect(custody).toMatchObject({ code: 0 });
      expect(custody.stdout).not.toContain('gap');
      const audit = join(world.directory, 'audit');
      await mkdir(audit);
      await runProgram('tar', ['-xf', join(world.repository, 'audit.tar'), '-C', audit], {});
      const root = by === 'key' ? {} : { TRUSTED_ROOT: join(place.directory, 'root.json') };
      const script = async (more = {}) =>
        (await runProgram('sh', [join(audit, 'verify.sh')], { ...root, ...more })).stdout;
      expect(await script()).toMatch(/verified: the record of production[\s\S]*proven from the build on/);
      // Keys that the auditor knows, in place of those that came with it.
      const known = join(world.directory, 'known');
      await mkdir(known);
      for (const name of ['1.pub', '2.pub'])
        await writeFile(join(known, name), await readFile(join(place.directory, 'rekor.pub')));
      await expect(script({ KEYS: known })).rejects.toThrow();
    });
  });
});

function pinned(repository: string): string {
  return `image:\n  repository: ${repository}\n  tag: "0"\n`;
}

function environments({ sigstore: { url }, directory }: MatrixPlace, home: string, by: string): string {
  const signing =
    by === 'key'
      ? `key: ${JSON.stringify(join(directory, 'cosign.key'))}, publicKey: own.pub`
      : `keyless: { identity: "${IDENTITY}", issuer: "${ISSUER}" }, fulcio: "${url}", rekor: "${url}", trustedRoot: root.json`;
  const predecessor = 'gates: { predecessor: { record: required, vsa: required } }';
  const gates = [
    `gates: { provenance: { key: build.pub, builder: "${BUILDER}" } }`,
    '',
    predecessor,
    predecessor,
  ];
  const stages = STAGES.map((stage, index) => {
    const more = gates[index] === '' ? '' : `, ${gates[index]}`;
    return `  ${stage}: { from: ${STAGES[index - 1] ?? 'build'}, registry: "${home}/${stage}", files: ["${stage}.yaml"], commit: direct${more} }\n`;
  });
  return `version: 1
images: { api: {} }
signing: { ${signing}, vsa: true, formats: [bundle, legacy] }
environments:
${stages.join('')}`;
}
