import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';

/** A service that a signing configuration names, and the major version of its API. */
export interface NamedService {
  readonly url: string;
  readonly version: number;
}

/** The services that a client currently signs with. */
export interface SigningServices {
  readonly fulcio: NamedService;
  readonly logs: readonly NamedService[];
  readonly stamps: readonly NamedService[];
}

const serviceSchema = z.object({
  url: z.url({ protocol: /^https?$/ }),
  majorApiVersion: z.int(),
  validFor: z.object({ start: z.coerce.date().optional(), end: z.coerce.date().optional() }).default({}),
  operator: z.string().default(''),
});
type Service = z.infer<typeof serviceSchema>;

const selectorSchema = z.object({
  selector: z.enum(['ANY', 'ALL', 'EXACT']),
  count: z.int().positive().optional(),
});
type Selector = z.infer<typeof selectorSchema>;

const ANY: Selector = { selector: 'ANY' };
const services = z.array(serviceSchema).default([]);

/** https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto (`SigningConfig`) */
const configSchema = z.object({
  mediaType: z.literal('application/vnd.dev.sigstore.signingconfig.v0.2+json'),
  caUrls: services,
  rekorTlogUrls: services,
  rekorTlogConfig: selectorSchema.default(ANY),
  tsaUrls: services,
  tsaConfig: selectorSchema.default(ANY),
});

/**
 * Chooses the valid services of a signing configuration, with the newest log version among the given ones.
 * Throws `SIGNATURE` if there are too few.
 */
export function servicesIn(
  text: string,
  now: Date,
  logVersions: readonly number[] = [1, 2],
): SigningServices {
  const config = parseConfig(text);
  const [fulcio] = choose(config.caUrls, ANY, now, [1], 'certificate authority');
  if (fulcio === undefined) throw lacking('certificate authority');
  return {
    fulcio,
    logs: choose(config.rekorTlogUrls, config.rekorTlogConfig, now, logVersions, 'transparency log'),
    stamps: choose(config.tsaUrls, config.tsaConfig, now, [1], 'timestamp authority'),
  };
}

/** Whether a configuration names a log of this version that is valid now. */
export function namesLog(text: string, now: Date, version: number): boolean {
  return parseConfig(text).rekorTlogUrls.some(
    service => service.majorApiVersion === version && isValid(service, now),
  );
}

/** At most one service for each operator, all of one version, the latest start first. */
function choose(
  all: readonly Service[],
  { selector, count = 1 }: Selector,
  now: Date,
  versions: readonly number[],
  what: string,
): readonly NamedService[] {
  const usable = all.filter(one => versions.includes(one.majorApiVersion) && isValid(one, now));
  const version = Math.max(...usable.map(one => one.majorApiVersion));
  const newest = usable
    .filter(one => one.majorApiVersion === version)
    .sort((a, b) => startOf(b) - startOf(a));
  const operators = newest.map(({ operator }) => operator);
  const single = newest.filter(({ operator }, index) => operators.indexOf(operator) === index);
  const wanted = selector === 'EXACT' ? count : 1;
  if (single.length < wanted) throw lacking(wanted === 1 ? what : `${what} of ${wanted} operators`);
  const chosen = selector === 'ALL' ? single : single.slice(0, wanted);
  return chosen.map(({ url }) => ({ url, version }));
}

function isValid({ validFor: { start, end } }: Service, now: Date): boolean {
  return (start === undefined || start <= now) && (end === undefined || now <= end);
}

function startOf({ validFor: { start } }: Service): number {
  return start?.getTime() ?? 0;
}

function parseConfig(text: string): z.infer<typeof configSchema> {
  try {
    return configSchema.parse(JSON.parse(text));
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError(
      'SIGNATURE',
      "read the public Sigstore's signing configuration: it is of no known form",
      {
        hint: 'update promote, or name the services in signing.fulcio, signing.rekor and signing.tsa',
        cause,
      },
    );
  }
}

function lacking(what: string): PromoteError {
  return new PromoteError(
    'SIGNATURE',
    `sign: the public Sigstore's signing configuration names no ${what} that can be used now`,
    { hint: 'name the services in signing.fulcio, signing.rekor and signing.tsa' },
  );
}
