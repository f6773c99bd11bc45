import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { digestOf } from '../src/oci/digest.ts';

const COMMITS = 10_000;
const FILES = 500;

const ENVIRONMENTS = `version: 1
images: { api: {} }
environments:
  production: { from: build, registry: registry.example/production, files: ["clusters/**/*.yaml"] }
`;

/** Prints time and peak memory of the whole history and of its newest events, each in a process of its own. */
export async function benchHistory(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-bench-'));
  try {
    await createHistory(directory);
    console.log(`\nhistory of ${COMMITS} commits over ${FILES} files, on a local checkout`);
    for (const limit of ['all', '20'])
      console.log(`  --limit ${limit.padEnd(5)} ${await measure(directory, limit)}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function createHistory(directory: string): Promise<void> {
  await run('git', ['init', '--quiet', '--initial-branch=main', directory], directory);
  const git = spawn('git', ['fast-import', '--quiet'], {
    cwd: directory,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  await pipeline(Readable.from(fastImport()), git.stdin);
  await once(git, 'close');
  await run('git', ['reset', '--quiet', '--hard'], directory);
}

/** A first commit of all files, then promotions of one file each. */
function* fastImport(): Generator<string> {
  const files = Array.from({ length: FILES }, (_, file) => write(path(file), values(file, 0)));
  yield commit(0, 'Start', [write('environments.yaml', ENVIRONMENTS), ...files]);
  for (let round = 1; round < COMMITS; round += 1) {
    const file = round % FILES;
    yield commit(round, `Promote api 1.0.${round} to production`, [write(path(file), values(file, round))]);
  }
}

function commit(round: number, message: string, writes: readonly string[]): string {
  const who = `Bench <bench@example.com> ${1_700_000_000 + round * 60} +0000`;
  return `commit refs/heads/main\ncommitter ${who}\n${data(message)}${writes.join('')}\n`;
}

function write(file: string, text: string): string {
  return `M 100644 inline ${file}\n${data(text)}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function path(file: number): string {
  return `clusters/cluster-${file % 20}/service-${file}/values.yaml`;
}

function values(file: number, round: number): string {
  return `# service ${file}
replicas: 3
image:
  repository: registry.example/production/api
  tag: "1.0.${round}@${digestOf(String(round))}"
  pullPolicy: IfNotPresent
service: { type: ClusterIP, port: 8080 }
resources:
  requests: { cpu: 100m, memory: 128Mi }
  limits: { memory: 256Mi }
env:
  - { name: LOG_LEVEL, value: info }
  - { name: SHARD, value: "${file}" }
`;
}

async function measure(directory: string, limit: string): Promise<string> {
  const cli = fileURLToPath(new URL('../src/cli/bin.ts', import.meta.url));
  const peak = 'process.on("exit",()=>process.stderr.write("\\nKB="+process.resourceUsage().maxRSS))';
  const preload = `data:text/javascript,${encodeURIComponent(peak)}`;
  const args = ['--import', preload, cli, 'history', 'production', '--limit', limit];
  const started = performance.now();
  const printed = await run(process.execPath, args, directory);
  const seconds = (performance.now() - started) / 1000;
  const megabytes = Number(/KB=(\d+)/.exec(printed)?.[1]) / 1000;
  return `${seconds.toFixed(1)} s ${megabytes.toFixed(0).padStart(6)} MB`;
}

async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${printed}`);
  return printed;
}
