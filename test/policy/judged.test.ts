import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { createHttp } from '../../src/http/http.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { admissionPolicy } from '../../src/policy/policy.ts';
import { signedFor } from '../../src/policy/signed.ts';
import { childManifests } from '../../src/registry/closure.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import type { Store } from '../../src/registry/store.ts';
import type { Signer } from '../../src/signing/signer.ts';
import { sampleRecord } from '../records/sample-record.ts';
import { writeRecord } from '../records/write-record.ts';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { newImage } from '../signing/counted-store.ts';
import { newSigner } from '../signing/keys.ts';
import { sign } from '../signing/sign-image.ts';

describeWith(['cosign', 'cosign2', 'docker-registry', 'jq', 'skopeo'], 'what the policies accept', () => {
  let registry: DockerRegistry;
  let directory: string;
  let ours: Signer;
  const http = createHttp();
  beforeAll(async () => {
    registry = await startDockerRegistry();
    directory = await mkdtemp(join(tmpdir(), 'promote-policy-'));
    ours = await newSigner();
  });
  afterAll(async () => {
    await Promise.all([registry.stop(), http.close()]);
    await rm(directory, { recursive: true, force: true });
  });

  const storeOf = (path: string) =>
    openRemote({ http, credentials: async () => undefined })(parseRepositoryName(`${registry.host}/${path}`));

  function policy(format: 'cosign' | 'containers-policy', version?: string) {
    const formats = version?.startsWith('3') ? '[bundle]' : '[bundle, legacy]';
    const file = parseEnvironments(
      `version: 1
images: { api: {}, web: {} }
signing: { key: env://KEY, publicKey: cosign.pub, formats: ${formats} }
environments:
  production: { from: build, registry: "${registry.host}/production", files: ["production/*"] }
`,
      'environments.yaml',
    );
    return admissionPolicy(
      signedFor(file, environmentNamed(file, 'production'), ours.trust.signers),
      format,
      version,
    );
  }

  /** The exit code, with 0 for an image that is accepted. */
  async function judged(program: string, ...args: readonly string[]): Promise<number> {
    const flags = { COSIGN_FLAGS: '--allow-http-registry' };
    return await runProgram(program, args, flags).then(
      () => 0,
      (error: { readonly code: number }) => error.code,
    );
  }

  describe('cosign 3', () => {
    const script = () => join(directory, 'accept.sh');
    const accepts = async (store: Store, { digest }: Descriptor) =>
      (await judged('sh', script(), `${store.name}@${digest}`)) === 0;
    const record = async (store: Store, subject: Descriptor, changes: object = {}) => {
      const made = {
        ...sampleRecord(subject.digest),
        target: { repository: store.name, tags: [] },
        ...changes,
      };
      await writeRecord({ store, subject, signer: ours, record: made });
    };
    beforeAll(async () => await writeFile(script(), policy('cosign', '3.1').text));

    it('accepts what we signed and recorded for this environment and repository', async () => {
      const store = storeOf('production/api');
      const image = await newImage(store, 'good');
      await sign(store, image, ours);
      expect(await accepts(store, image)).toBe(false);
      await record(store, image);
      expect(await accepts(store, image)).toBe(true);
    });

    it('refuses a record that was copied from another environment or repository, and a record alone', async () => {
      const store = storeOf('production/api');
      const copied = await newImage(store, 'copied');
      await sign(store, copied, ours);
      await record(store, copied, { environment: { from: 'dev', to: 'staging' } });
      await record(store, copied, { target: { repository: 'elsewhere.example/api', tags: [] } });
      expect(await accepts(store, copied)).toBe(false);
      const unsigned = await newImage(store, 'unsigned');
      await record(store, unsigned);
      expect(await accepts(store, unsigned)).toBe(false);
    });

    it('refuses what somebody else signed, and what is in no repository of the environment', async () => {
      const store = storeOf('production/api');
      const theirs = await newImage(store, 'theirs');
      await sign(store, theirs, await newSigner());
      expect(await accepts(store, theirs)).toBe(false);
      const other = storeOf('elsewhere/api');
      const image = await newImage(other, 'good');
      await sign(other, image, ours);
      await record(other, image);
      expect(await accepts(other, image)).toBe(false);
    });
  });

  it('cosign 2 accepts our .sig, and none of another signer', async () => {
    const script = join(directory, 'accept2.sh');
    await writeFile(script, policy('cosign', '2.5').text);
    const store = storeOf('production/web');
    const [image, theirs] = [await newImage(store, 'ours'), await newImage(store, 'theirs')];
    await sign(store, image, ours, { formats: ['legacy'] });
    await sign(store, theirs, await newSigner(), { formats: ['legacy'] });
    const run = async ({ digest }: Descriptor) =>
      await runProgram('sh', [script, `${store.name}@${digest}`], {
        COSIGN: 'cosign2',
        COSIGN_FLAGS: '--allow-http-registry',
      });
    expect((await run(image)).stdout).toContain('is accepted');
    await expect(run(theirs)).rejects.toThrow();
  });

  it('skopeo accepts our .sig of this repository, and nothing else', async () => {
    const made = policy('containers-policy');
    await writeFile(join(directory, 'policy.json'), made.text);
    const note = made.notes.find(text => text.includes('registries.d')) ?? '';
    await writeFile(join(directory, 'ours.yaml'), note.slice(note.indexOf('docker:')));
    const policies = ['--policy', join(directory, 'policy.json'), '--registries.d', directory];
    const judge = async (name: string, digest: Digest): Promise<string> => {
      const copy = ['copy', '--src-tls-verify=false', '--remove-signatures', `docker://${name}@${digest}`];
      return await runProgram('skopeo', [
        ...policies,
        ...copy,
        `dir:${join(directory, digest.slice(-8))}`,
      ]).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    };
    const store = storeOf('production/web');
    const other = storeOf('elsewhere/web');
    const image = await newImage(store, 'pulled');
    await newImage(other, 'pulled');
    const [child] = await childrenOf(store, image);
    if (child === undefined) throw new Error('the index has no children');
    await sign(store, image, ours, { formats: ['legacy'] });
    // It asks each platform's manifest for a signature of its own, as a note says.
    expect(await judge(store.name, image.digest)).toContain('no signature exists');
    expect(made.notes).toContainEqual(expect.stringContaining('several platforms'));
    expect(await judge(store.name, child.digest)).toContain('no signature exists');
    for (const platform of await childrenOf(store, image))
      await sign(store, platform, ours, { formats: ['legacy'] });
    await sign(other, child, ours, { formats: ['legacy'] });
    // Debian's build finds the signature and is without the code that verifies it.
    const found = /^accepted$|Debian-local change: sigstore disabled/;
    expect(await judge(store.name, image.digest)).toMatch(found);
    expect(await judge(store.name, child.digest)).toMatch(found);
    expect(await judge(other.name, child.digest)).toContain('rejected by policy');
  });
});

async function childrenOf(store: Store, { digest }: Descriptor): Promise<readonly Descriptor[]> {
  const content = await store.manifest(digest);
  return content === undefined ? [] : childManifests(content);
}
