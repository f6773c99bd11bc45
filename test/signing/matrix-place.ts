import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttp } from '../../src/http/http.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import type { Store } from '../../src/registry/store.ts';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { runProgram } from '../servers/tools.ts';
import { newToken, type Services } from './keyless-place.ts';
import { pemBlock } from './keys.ts';

/** The password of the place's key. */
export const COSIGN_PASSWORD = 'marked-secret-password';

/** A real registry, a Sigstore of one's own, and both versions of cosign told about them. */
export interface MatrixPlace {
  readonly sigstore: Sigstore;
  /** Holds `cosign.key`, `cosign.pub` and `token`. */
  readonly directory: string;
  readonly registry: DockerRegistry;
  /** A repository's store as another run opens it. */
  store(path: string): Store;
  /** Runs cosign 3, `services` being those it signs or verifies with. */
  cosign(services: Services, ...args: readonly string[]): Promise<string>;
  /** Runs cosign 2. */
  cosign2(services: Services, ...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts all of it. */
export async function startMatrixPlace(): Promise<MatrixPlace> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-matrix-'));
  const [registry, sigstore, http] = [await startDockerRegistry(), await startSigstore(), createHttp()];
  const write = async (name: string, text: string) => await writeFile(join(directory, name), text);
  await writePublicParts(sigstore, write);
  await write('token', newToken());
  const env = {
    COSIGN_PASSWORD,
    SIGSTORE_ROOT_FILE: join(directory, 'fulcio.pem'),
    SIGSTORE_REKOR_PUBLIC_KEY: join(directory, 'rekor.pub'),
    SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: join(directory, 'ct.pub'),
  };
  const run = async (program: string, [command = '', ...args]: readonly string[]) => {
    const { stdout } = await runProgram(program, [command, '--allow-http-registry', ...args], env);
    return stdout;
  };
  await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', join(directory, 'cosign')], env);
  return {
    sigstore,
    directory,
    registry,
    store: path =>
      openRemote({ http, credentials: async () => undefined })(
        parseRepositoryName(`${registry.host}/${path}`),
      ),
    async cosign(services, ...args) {
      if (args[0]?.startsWith('verify'))
        return await run('cosign', [...args, ...verifying3(directory, services)]);
      const config = join(directory, `signing-${services.rekor}-${services.tsa}.json`);
      await writeFile(config, JSON.stringify(signingConfig(sigstore.url, services)));
      return await run('cosign', [
        ...args,
        '-y',
        '--signing-config',
        config,
        '--trusted-root',
        join(directory, 'root.json'),
      ]);
    },
    async cosign2(services, ...args) {
      const isVerifying = args[0]?.startsWith('verify');
      const more = isVerifying ? verifying2(directory, services) : signing2(sigstore.url, services);
      return await run('cosign2', [...args, ...more]);
    },
    async stop() {
      await Promise.all([registry.stop(), sigstore.stop(), http.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function verifying3(directory: string, { rekor, tiles, tsa }: Services): readonly string[] {
  return [
    '--trusted-root',
    join(directory, 'root.json'),
    ...(rekor || tiles ? [] : ['--insecure-ignore-tlog']),
    ...(tsa ? ['--use-signed-timestamps'] : []),
  ];
}

function verifying2(directory: string, { rekor, tsa }: Services): readonly string[] {
  return [
    ...(rekor ? [] : ['--insecure-ignore-tlog']),
    ...(tsa ? ['--use-signed-timestamps', '--timestamp-certificate-chain', join(directory, 'tsa.pem')] : []),
  ];
}

function signing2(url: string, { rekor, tsa }: Services): readonly string[] {
  return [
    '-y',
    `--fulcio-url=${url}`,
    `--rekor-url=${url}`,
    `--tlog-upload=${rekor === true}`,
    ...(tsa ? [`--timestamp-server-url=${url}/api/v1/timestamp`] : []),
  ];
}

/** https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto */
function signingConfig(url: string, { rekor = false, tsa = false }: Services): object {
  const service = (at: string) => ({
    url: at,
    majorApiVersion: 1,
    validFor: { start: '2020-01-01T00:00:00Z' },
    operator: 'test',
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(url)],
    rekorTlogUrls: rekor ? [service(url)] : [],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: tsa ? [service(`${url}/api/v1/timestamp`)] : [],
    tsaConfig: { selector: 'ANY' },
  };
}

async function writePublicParts(
  { trustedRoot, parts }: Sigstore,
  write: (name: string, text: string) => Promise<void>,
): Promise<void> {
  const { ca, tsa, ctLog, tLog } = parts;
  const pem = (label: string, { buffer, byteOffset, byteLength }: ArrayBufferView) =>
    pemBlock(label, new Uint8Array(buffer, byteOffset, byteLength));
  await write('root.json', trustedRoot);
  await write('fulcio.pem', pem('CERTIFICATE', ca.rootCertificate));
  await write('tsa.pem', pem('CERTIFICATE', tsa.intCertificate) + pem('CERTIFICATE', tsa.rootCertificate));
  await write('rekor.pub', pem('PUBLIC KEY', tLog.publicKey));
  await write('ct.pub', pem('PUBLIC KEY', ctLog.publicKey));
}
