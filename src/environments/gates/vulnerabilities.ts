import { z } from 'zod';
import type { Exception } from '../../vulnerabilities/judge.ts';
import type { AcceptedSigner } from '../accepted-signers.ts';
import { attestationSignersSchema, normaliseAccepted } from '../accepted-signers.ts';
import type { Issue } from '../diagnostics/issue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { duration, milliseconds, text } from '../text.ts';
import type { GateSetting } from './setting.ts';

/** A service that is asked for its own reports of an image. */
export type ScanService =
  | { readonly kind: 'harbor' | 'ecr' }
  /** `project`: the project's name there, with `{image}`; the project's version is the digest. */
  | { readonly kind: 'dependency-track'; readonly url: string; readonly project: string };

/** What scan reports of an image may hold. */
export interface VulnerabilityGate {
  readonly max: 'none' | 'low' | 'medium' | 'high' | 'critical';
  readonly allowsUnknown: boolean;
  readonly isFixableOnly: boolean;
  readonly isRequired: boolean;
  /** How old a report may be, in milliseconds. */
  readonly maxAge?: number | undefined;
  readonly scanners: readonly string[];
  /** The signers whose attestations count as scan reports. */
  readonly signers: readonly AcceptedSigner[];
  /** The services that are asked by their APIs; absent: none. */
  readonly services?: readonly ScanService[] | undefined;
  /** Whether a CI job may hand over reports, and the private key that they are carried on by; absent: it may not. */
  readonly jobReports?: { readonly key?: string | undefined } | undefined;
  /** The signers whose VEX counts if it is attached to images. */
  readonly vexSigners: readonly AcceptedSigner[];
  readonly deniesExploited: boolean;
  readonly epss?: number | undefined;
  /** Paths in the deployment repository. */
  readonly data: {
    readonly kev?: string | undefined;
    readonly epss?: string | undefined;
    readonly vex: readonly string[];
  };
  readonly exceptions: readonly Exception[];
}

const path = text
  .max(1024)
  .regex(/^(?!\/|\.\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\]+$/, 'a path from the root of the deployment repository');

const apis = z.enum(['job', 'harbor', 'ecr']);

const dependencyTrack = z.strictObject({
  dependencyTrack: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe('The API server: https://dtrack.example.com.'),
      project: text
        .exactOptional()
        .describe("The project's name, with {image}; its version is the digest. Default: {image}."),
    })
    .describe('A server of Dependency-Track, asked by its API.'),
});

const exception = z.strictObject({
  id: text.describe("The vulnerability's identifier: CVE-2026-1234, GHSA-…, RHSA-…."),
  image: text.exactOptional().describe('The image that it is for; default: any.'),
  package: text.exactOptional().describe('The package that it is for; default: any.'),
  until: z.iso.date().describe('The last day of the exception, in UTC.'),
  reason: text.describe('Why it may pass until then.'),
  owner: text.describe('Who answers for it.'),
});

const schema = z.strictObject({
  max: z.enum(['none', 'low', 'medium', 'high', 'critical']).describe('The gravest severity let through.'),
  unknown: z
    .enum(['deny', 'allow'])
    .exactOptional()
    .describe('Whether a vulnerability of unknown severity is let through; default: deny.'),
  fixable: z
    .literal('only')
    .exactOptional()
    .describe('only: what is known to have no fix is let through, unless it is exploited.'),
  report: z
    .enum(['required', 'optional'])
    .exactOptional()
    .describe('Whether each platform needs a scan report; default: required.'),
  maxAge: duration.exactOptional().describe('How old a report may be; default: any age.'),
  scanners: z
    .array(text)
    .min(1)
    .exactOptional()
    .describe('The scanners whose reports count, such as trivy or grype; default: all.'),
  signers: attestationSignersSchema
    .exactOptional()
    .describe('Whose attestations are scan reports that count; needed unless a service in `from` is asked.'),
  from: z
    .array(z.union([apis, dependencyTrack]))
    .min(1)
    .exactOptional()
    .describe(
      'Where reports come from besides attestations by `signers`. job: files of apply --report. harbor, ecr: the ' +
        'registry that the image is promoted from.',
    ),
  reportKey: text
    .exactOptional()
    .describe("What a job's reports are signed with, to be carried on: env://NAME, a path or a KMS URI."),
  vex: z
    .strictObject({ signers: attestationSignersSchema.describe('Whose attestations are VEX that counts.') })
    .exactOptional()
    .describe('VEX that is attached to images; default: only the files in `data.vex` count.'),
  kev: z
    .literal('deny')
    .exactOptional()
    .describe('deny: what is known to be exploited closes, whatever its severity; needs `data.kev`.'),
  epss: z
    .number()
    .min(0)
    .max(1)
    .exactOptional()
    .describe('The probability of exploitation from which a vulnerability closes; needs `data.epss`.'),
  data: z
    .strictObject({
      kev: path.exactOptional().describe("CISA's catalogue of exploited vulnerabilities, in JSON."),
      epss: path.exactOptional().describe('The list of EPSS in CSV, unpacked.'),
      vex: z.array(path).min(1).exactOptional().describe('VEX documents: OpenVEX, CycloneDX or CSAF.'),
    })
    .exactOptional()
    .describe('Files of the deployment repository, read at its protected branch.'),
  except: z.array(exception).exactOptional().describe('Vulnerabilities let through for a while.'),
});

/** The setting of the vulnerabilities gate. */
export const vulnerabilities: GateSetting<typeof schema, VulnerabilityGate> = {
  description: 'What scan reports of an image may hold.',
  schema,
  normalise: ({
    max,
    unknown,
    fixable,
    report,
    maxAge,
    scanners = [],
    signers,
    from,
    reportKey,
    vex,
    kev,
    epss,
    data,
    except,
  }) => ({
    max,
    allowsUnknown: unknown === 'allow',
    isFixableOnly: fixable === 'only',
    isRequired: report !== 'optional',
    maxAge: maxAge === undefined ? undefined : milliseconds(maxAge),
    scanners: scanners.map(name => name.toLowerCase()).toSorted(),
    signers: signers === undefined ? [] : normaliseAccepted(signers),
    services: servicesOf(from),
    jobReports: from?.includes('job') === true ? { key: reportKey } : undefined,
    vexSigners: vex === undefined ? [] : normaliseAccepted(vex.signers),
    deniesExploited: kev === 'deny',
    epss,
    data: { kev: data?.kev, epss: data?.epss, vex: data?.vex ?? [] },
    exceptions: except ?? [],
  }),
  issues: ({ written, path: at, imageNames }) => [
    ...(['kev', 'epss'] as const).flatMap((name): readonly Issue[] => {
      const isAsked = written[name] !== undefined;
      const isThere = written.data?.[name] !== undefined;
      if (isAsked && !isThere)
        return [missing([...at, name], `\`${name}\` needs a list`, `name its file in \`data.${name}\``)];
      if (!isAsked && isThere)
        return [
          missing([...at, 'data', name], 'nothing asks for this list', `set \`${name}\`, or leave it out`),
        ];
      return [];
    }),
    ...(written.signers === undefined && (written.from ?? ['job']).includes('job')
      ? [missing(at, 'nobody is named whose reports count', 'name `signers`, or a service in `from`')]
      : []),
    ...(written.reportKey !== undefined && written.from?.includes('job') !== true
      ? [missing([...at, 'reportKey'], 'no job hands over reports', 'set `from: [job]`, or leave it out')]
      : []),
    ...(written.except ?? []).flatMap(({ image }, index): readonly Issue[] => {
      if (image === undefined || imageNames.has(image)) return [];
      const message = `there is no image ${JSON.stringify(image)}`;
      const hint = () => suggest(image, [...imageNames]);
      return [{ path: [...at, 'except', index, 'image'], at: 'value', message, hint }];
    }),
  ],
};

function servicesOf(from: z.infer<typeof schema>['from'] = []): VulnerabilityGate['services'] {
  const services = from.flatMap((one): readonly ScanService[] => {
    if (one === 'job') return [];
    if (typeof one === 'string') return [{ kind: one }];
    const { url, project = '{image}' } = one.dependencyTrack;
    return [{ kind: 'dependency-track', url, project }];
  });
  return services.length === 0 ? undefined : services;
}

function missing(path: Issue['path'], message: string, hint: string): Issue {
  return { path, at: 'key', message, hint };
}
