import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A request as the registry's access log tells it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A real docker-registry process on a loopback port, with a fresh directory. */
export interface DockerRegistry {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Where it keeps everything; it keeps nothing in memory. */
  readonly directory: string;
  /** Every request since the last call, once the log has caught up. */
  requests(): Promise<readonly LoggedRequest[]>;
  stop(): Promise<void>;
}

/** Options of the registry's own configuration. */
export interface DockerRegistryOptions {
  /** Lines of an htpasswd file (bcrypt); absent: anonymous. */
  readonly htpasswd?: string;
  /** Paths; where the clients' authority is named, their certificates are required. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clients?: string };
}

/** Starts docker-registry and waits until it listens. */
export async function startDockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-registry-'));
  const config = join(directory, 'config.yml');
  if (options.htpasswd !== undefined) await writeFile(join(directory, 'htpasswd'), options.htpasswd);
  await writeFile(
    config,
    [
      'version: 0.1',
      'log: { accesslog: { disabled: false }, level: info }',
      `storage: { filesystem: { rootdirectory: ${join(directory, 'data')} }, delete: { enabled: true } }`,
      `http: { addr: 127.0.0.1:0${tlsOf(options)} }`,
      ...(options.htpasswd === undefined
        ? []
        : [`auth: { htpasswd: { realm: test, path: ${join(directory, 'htpasswd')} } }`]),
    ].join('\n'),
  );
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  const listening = Promise.withResolvers<string>();
  let log: LoggedRequest[] = [];
  const read = lineReader(line => {
    const address = /listening on 127\.0\.0\.1:(\d+)|listening on \[::\]:(\d+)/.exec(line);
    if (address) listening.resolve(`127.0.0.1:${address[1] ?? address[2]}`);
    const request = /"(GET|HEAD|PUT|POST|PATCH|DELETE) (\S+) HTTP\/[\d.]+" (\d+)/.exec(line);
    if (request) log.push({ method: request[1] ?? '', path: request[2] ?? '', status: Number(request[3]) });
  });
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  child.once('exit', code => listening.reject(new Error(`docker-registry ended with ${code}`)));
  const host = await listening.promise;
  let marks = 0;
  return {
    host,
    directory,
    async requests() {
      const mark = `/v2/?mark=${++marks}`;
      await fetch(`http://${host}${mark}`);
      while (!log.some(request => request.path === mark)) await setTimeout(5);
      const seen = log.filter(request => !request.path.startsWith('/v2/?mark='));
      log = [];
      return seen;
    },
    async stop() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function tlsOf({ tls }: DockerRegistryOptions): string {
  if (tls === undefined) return '';
  const clients = tls.clients === undefined ? '' : `, clientcas: [${tls.clients}]`;
  return `, tls: { certificate: ${tls.certificate}, key: ${tls.key}${clients} }`;
}

function lineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return chunk => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
