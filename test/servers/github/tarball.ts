import { gzipSync } from 'node:zlib';
import { type ApiAnswer, type ApiRequest, fields, refusal } from './request.ts';
import { at, filesOf, type World } from './world.ts';

/** Archives, which `emulate` has not: a redirect to another path, as GitHub answers, and the gzipped tar behind it. */
export async function tarball(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [first, , , kind, commit = ''] = request.parts;
  if (request.method !== 'GET') return undefined;
  if (kind === 'tarball') {
    const { status } = await world.emulated.ask(
      'GET',
      at(world, `git/commits/${commit}`),
      undefined,
      request.authorization,
    );
    if (status !== 200) return refusal(404, 'Not Found');
    return { status: 302, headers: { location: `/codeload/${world.owner}/${world.repo}/legacy/${commit}` } };
  }
  if (first !== 'codeload') return undefined;
  const body = gzipSync(await pack(world, request.parts[4] ?? ''));
  return { status: 200, headers: { 'content-type': 'application/x-gzip' }, body };
}

async function pack(world: World, commit: string): Promise<Buffer> {
  const blocks: Buffer[] = [entry('pax_global_header', 'g', Buffer.from(`52 comment=${commit}\n`))];
  for (const [path, { sha, mode }] of await filesOf(world, commit)) {
    if (world.settings.exportIgnored.has(path)) continue;
    const { body } = await world.emulated.ask('GET', at(world, `git/blobs/${sha}`));
    const bytes = Buffer.from(String(fields(body).content), 'base64');
    blocks.push(entry(`${world.repo}-${commit}/${path}`, mode === '120000' ? '2' : '0', bytes));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** One tar entry; a link's target takes no bytes in the archive. */
function entry(name: string, type: string, bytes: Buffer): Buffer {
  const content = type === '2' ? Buffer.alloc(0) : bytes;
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar\0', 257);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
