import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TARGETS, type Target } from '../executable.ts';
import { type Architecture, SUITE } from '../image/apt.ts';

/** Something that ships and that no bundle holds, as a bill lists it. */
export interface Part {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hash: { readonly alg: 'SHA-256' | 'SHA-512'; readonly content: string };
}

/** The machines of the image, with the executables in it. */
const MACHINES: Readonly<Record<string, Architecture>> = { 'linux-x64': 'amd64', 'linux-arm64': 'arm64' };
const pins = z.record(
  z.string(),
  z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })),
);

/** The Node.js of each executable. */
export function executableParts(): readonly Part[] {
  return TARGETS.map(nodeOf);
}

/** The Node.js and the Debian packages of the image, for each machine. */
export async function imageParts(root: string): Promise<readonly Part[]> {
  const pinned = pins.parse(JSON.parse(await readFile(join(root, 'scripts/image/packages.json'), 'utf8')));
  return TARGETS.flatMap(target => {
    const architecture = MACHINES[target.name];
    if (architecture === undefined) return [];
    const packages = pinned[architecture] ?? [];
    return [
      nodeOf(target),
      ...packages.map(({ name, version, sha256 }) => ({
        name,
        version,
        // https://github.com/package-url/purl-spec/blob/main/types/deb-definition.json
        purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=${SUITE}`,
        hash: { alg: 'SHA-256' as const, content: sha256 },
      })),
    ];
  });
}

function nodeOf(target: Target): Part {
  const [name = '', version = ''] = target.package.split('@');
  const content = Buffer.from(target.integrity.replace('sha512-', ''), 'base64').toString('hex');
  return { name, version, purl: `pkg:npm/${name}@${version}`, hash: { alg: 'SHA-512', content } };
}
