import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Part } from './parts.ts';

const lock = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});
const manifest = z.object({ name: z.string(), version: z.string(), license: z.string().default('') });

/**
 * A CycloneDX 1.6 bill of what these files of a bundle are from, and of the parts beside it; the same give the same bytes.
 * https://cyclonedx.org/docs/1.6/json/
 */
export async function sbomOf(
  root: string,
  inputs: readonly string[],
  parts: readonly Part[] = [],
): Promise<string> {
  const read = async (path: string) => JSON.parse(await readFile(join(root, path), 'utf8'));
  const own = manifest.parse(await read('package.json'));
  const { packages } = lock.parse(await read('package-lock.json'));
  const found = inputs.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  const directories = [...new Set(found)].sort();
  const components = directories.map(async directory => {
    const { name, version, license } = manifest.parse(await read(`${directory}/package.json`));
    return {
      type: 'library',
      'bom-ref': purlOf(name, version),
      name,
      version,
      purl: purlOf(name, version),
      ...(license !== '' && { licenses: [{ expression: license }] }),
      hashes: hashesOf(packages[directory]?.integrity),
    };
  });
  const ref = purlOf(own.name, own.version);
  const bundled = [
    ...(await Promise.all(components)),
    ...parts.map(({ name, version, purl, hash }) => ({
      type: 'library',
      'bom-ref': purl,
      name,
      version,
      purl,
      hashes: [hash],
    })),
  ];
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialOf(JSON.stringify(bundled)),
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': ref, name: own.name, version: own.version, purl: ref },
    },
    components: bundled,
    dependencies: [{ ref, dependsOn: bundled.map(component => component['bom-ref']) }],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** https://github.com/package-url/purl-spec */
function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** A lockfile's hash is base64, a bill's is hexadecimal. */
function hashesOf(integrity = ''): readonly object[] {
  const [algorithm, value] = integrity.split('-');
  if (algorithm !== 'sha512' || value === undefined) return [];
  return [{ alg: 'SHA-512', content: Buffer.from(value, 'base64').toString('hex') }];
}

/** A UUID of what the bill says, so that it is the same for the same build. */
function serialOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`];
  return `urn:uuid:${[...parts, hex.slice(20, 32)].join('-')}`;
}
