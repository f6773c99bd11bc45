import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';

/** A package that an SBOM lists. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** The package URL's type, such as `deb`; empty if it has no package URL. */
  readonly type: string;
}

/** The parts of an image's SBOM that we use. */
export interface Sbom {
  /** The operating system's name and version, if the SBOM lists it. */
  readonly os?: string;
  readonly packages: readonly Package[];
}

/** The predicate types of attested SBOMs. */
export const SBOM_PREDICATES: readonly string[] = ['https://spdx.dev/Document', 'https://cyclonedx.org/bom'];

/**
 * Reads an SBOM in SPDX 2 or CycloneDX JSON, also within in-toto statements, DSSE envelopes and Sigstore
 * bundles. Signatures are not checked. `undefined` for anything else.
 */
export function readSbom(text: string): Sbom | undefined {
  const document = unwrapped(parseJson(text), MOST_WRAPPINGS);
  const read = format.safeParse(document);
  return read.success ? read.data : undefined;
}

const MOST_WRAPPINGS = 4;
const DEEPEST = 8;

const spdx = z
  .object({
    spdxVersion: z.string().startsWith('SPDX-2'),
    documentDescribes: z.array(z.string()).optional(),
    relationships: z
      .array(
        z.object({ spdxElementId: z.string(), relationshipType: z.string(), relatedSpdxElement: z.string() }),
      )
      .optional(),
    packages: z.array(
      z.object({
        SPDXID: z.string().optional(),
        name: z.string(),
        versionInfo: z.string().optional(),
        primaryPackagePurpose: z.string().optional(),
        externalRefs: z
          .array(z.object({ referenceType: z.string(), referenceLocator: z.string() }))
          .optional(),
      }),
    ),
  })
  .transform(({ documentDescribes = [], relationships = [], packages }): Sbom => {
    const described = relationships.filter(({ relationshipType }) => relationshipType === 'DESCRIBES');
    const roots = new Set([
      ...documentDescribes,
      ...described.map(({ relatedSpdxElement }) => relatedSpdxElement),
    ]);
    const os = packages.find(({ primaryPackagePurpose }) => primaryPackagePurpose === 'OPERATING-SYSTEM');
    const parts = packages.filter(part => part !== os && !roots.has(part.SPDXID ?? ''));
    return sbomOf(
      os && { name: os.name, version: os.versionInfo },
      parts.map(({ name, versionInfo, externalRefs = [] }) => ({
        name,
        version: versionInfo,
        purl: externalRefs.find(({ referenceType }) => referenceType === 'purl')?.referenceLocator,
      })),
    );
  });

interface Component {
  readonly type: string;
  readonly name: string;
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly purl?: string | undefined;
  readonly components?: readonly Component[] | undefined;
}

const component: z.ZodType<Component> = z.object({
  type: z.string(),
  name: z.string(),
  group: z.string().optional(),
  version: z.string().optional(),
  description: z.string().optional(),
  purl: z.string().optional(),
  get components() {
    return z.array(component).optional();
  },
});

const cycloneDx = z
  .object({ bomFormat: z.literal('CycloneDX'), components: z.array(component).optional() })
  .transform(({ components = [] }): Sbom => {
    const all = flatten(components, DEEPEST);
    const os = all.find(({ type }) => type === 'operating-system');
    const parts = all.filter(({ type }) => type !== 'operating-system' && type !== 'file');
    return sbomOf(
      os,
      parts.map(({ group, name, version, purl }) => ({
        name: group ? `${group}/${name}` : name,
        version,
        purl,
      })),
    );
  });

const format = z.union([spdx, cycloneDx]);

const wrapping = z.union([
  z.object({ dsseEnvelope: z.unknown() }).transform(({ dsseEnvelope }) => dsseEnvelope),
  z
    .object({ payloadType: z.string(), payload: z.base64() })
    .transform(({ payload }) => parseJson(Buffer.from(payload, 'base64').toString())),
  z.object({ predicateType: z.enum(SBOM_PREDICATES), predicate: z.unknown() }).transform(predicateOf),
]);

function predicateOf({ predicate }: { readonly predicate?: unknown }): unknown {
  return typeof predicate === 'string' ? parseJson(predicate) : predicate;
}

function unwrapped(value: unknown, most: number): unknown {
  const inner = most === 0 ? undefined : wrapping.safeParse(value);
  return inner?.success ? unwrapped(inner.data, most - 1) : value;
}

function flatten(components: readonly Component[], depth: number): readonly Component[] {
  if (depth === 0) return [];
  return components.flatMap(part => [part, ...flatten(part.components ?? [], depth - 1)]);
}

function sbomOf(
  os: { readonly name: string; readonly version?: string | undefined } | undefined,
  parts: readonly {
    readonly name: string;
    readonly version: string | undefined;
    readonly purl: string | undefined;
  }[],
): Sbom {
  const packages = parts.flatMap(({ name, version, purl = '' }) =>
    version ? [{ name, version, type: /^pkg:([a-z0-9.+-]+)\//i.exec(purl)?.[1] ?? '' }] : [],
  );
  return { ...(os === undefined ? {} : { os: `${os.name} ${os.version ?? ''}`.trim() }), packages };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
