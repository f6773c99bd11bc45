import { z } from 'zod';
import { type AcceptedSigner, attestationSignersSchema, normaliseAccepted } from '../accepted-signers.ts';
import type { Issue } from '../diagnostics/issue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { duration, imageName, text } from '../text.ts';
import { type NameMatch, nameSchema, normaliseName } from '../trusted-source.ts';
import { hostIssue, isCheckUrl } from './check-url.ts';
import type { GateSetting } from './setting.ts';

/** A check that must have passed in the environment before, and for how long it may be absent. */
export interface RequiredCheck {
  readonly what: CheckSource;
  /** As it is written: `24h`. */
  readonly timeout: string;
  /** The images that it is required for; empty: all. */
  readonly images: readonly string[];
}

/** Where a check's result comes from. */
export type CheckSource =
  /** A commit status, a check run or a job, and the app or account that must have reported it. */
  | {
      readonly kind: 'status';
      readonly name: NameMatch;
      readonly app?: string | undefined;
      readonly user?: string | undefined;
    }
  | { readonly kind: 'pipeline'; readonly name: NameMatch }
  /** An in-toto test result of the digest; `name`: the configuration that was run. */
  | { readonly kind: 'test'; readonly name: NameMatch; readonly signers: readonly AcceptedSigner[] }
  /** A JSON document, a pointer into it, and the values that mean that the check passed or is pending. */
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly path: string;
      readonly value: Scalar;
      readonly pending?: Scalar | undefined;
    }
  /** The containers that a cluster runs of the image; the kubeconfig is the run's own. */
  | {
      readonly kind: 'running';
      /** The kubeconfig's context; absent: its current one. */
      readonly context?: string | undefined;
      /** Empty: all. */
      readonly namespaces: readonly string[];
    };

/** A JSON value that is neither a list nor a map. */
export type Scalar = string | number | boolean;

const scalar = z.union([text, z.number(), z.boolean()]);

/** The keys of each kind of check. All but the optional ones are required, and no others are allowed. */
const PARTS = {
  status: { needs: [], may: ['app', 'user'] },
  pipeline: { needs: [], may: [] },
  test: { needs: ['signers'], may: [] },
  url: { needs: ['path', 'value'], may: ['pending'] },
  running: { needs: [], may: ['context', 'namespaces'] },
} as const;

const COMMON: readonly string[] = ['timeout', 'images'];

/** The pods of a cluster that are listed. */
export const clusterKeys = {
  context: text.exactOptional().describe("The context of the run's kubeconfig; default: its current one."),
  namespaces: z
    .array(text)
    .min(1)
    .exactOptional()
    .describe('The namespaces whose pods are listed; default: all.'),
};

const one = z
  .strictObject({
    status: nameSchema.exactOptional().describe("A commit status's or check run's name, or a pattern of it."),
    app: text.exactOptional().describe('The GitHub App, by its slug, that must have reported it.'),
    user: text.exactOptional().describe('The account, by its name, that must have reported it.'),
    pipeline: nameSchema
      .exactOptional()
      .describe(
        "The name of a pipeline of GitLab's, or a pattern of it; without a name its source, as push.",
      ),
    test: nameSchema
      .exactOptional()
      .describe('The configuration that an in-toto test result of the digest names, or a pattern of it.'),
    signers: attestationSignersSchema.exactOptional().describe('Whose test results count.'),
    url: text
      .refine(
        isCheckUrl,
        'a URL of http or https without a login; it may hold {image}, {digest}, {commit}, {environment}',
      )
      .exactOptional()
      .describe('What answers with JSON; `hosts` must list its host.'),
    path: z
      .string()
      .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'a JSON Pointer, such as /data/status')
      .exactOptional()
      .describe('A JSON Pointer (RFC 6901) to the value.'),
    value: scalar.exactOptional().describe('The value of a check that has passed.'),
    pending: scalar.exactOptional().describe('The value of one that still runs.'),
    running: z
      .literal(true)
      .exactOptional()
      .describe('Every container of the image runs the digest in the cluster of the environment before.'),
    ...clusterKeys,
    timeout: duration
      .exactOptional()
      .describe('How long after the commit that pinned the digest it may be absent; default: 24h.'),
    images: z.array(imageName).min(1).exactOptional().describe('The images it is asked for; default: all.'),
  })
  .refine(
    isOneCheck,
    'a check is a `status` (perhaps with `app` or `user`), a `pipeline`, a `test` with `signers`, a `url` with `path` and `value`, or `running`',
  );

const schema = z.array(one).min(1);

type Written = z.infer<typeof one>;

/** The setting of the gate of checks: all of them must have passed. */
export const checks: GateSetting<typeof schema, readonly RequiredCheck[]> = {
  description: 'What must have passed where the environment before pins the digest.',
  schema,
  normalise: written =>
    written.flatMap(entry => {
      const what = sourceOf(entry);
      return what === undefined
        ? []
        : [{ what, timeout: entry.timeout ?? '24h', images: entry.images ?? [] }];
    }),
  issues: ({ written, path, environment: { name, from }, imageNames, hosts }) => {
    if (from.includes('build')) {
      const message = `${name} takes from builds, so there is no environment before it to be checked in`;
      return [{ path, at: 'key', message, hint: 'set it in an environment that takes from this one' }];
    }
    return written.flatMap(({ status, url, images = [] }, index): readonly Issue[] => {
      const at = [...path, index];
      const wrongHost = url === undefined ? undefined : hostIssue(url, hosts);
      const isOwn = typeof status === 'string' && status.startsWith(OWN);
      return [
        ...(isOwn
          ? [{ path: [...at, 'status'], at: 'value', message: `promote sets ${status} itself` } as const]
          : []),
        ...(wrongHost === undefined ? [] : [{ path: [...at, 'url'], at: 'value', ...wrongHost } as const]),
        ...images.flatMap((image, position) => {
          if (imageNames.has(image)) return [];
          const message = `there is no image ${JSON.stringify(image)}`;
          const hint = () => suggest(image, [...imageNames]);
          return [{ path: [...at, 'images', position], at: 'value', message, hint } as const];
        }),
      ];
    });
  },
};

/** The prefix of promote's own statuses, which are never the result of a check. */
export const OWN = 'promote/';

/** The checks that are required for an image. */
export function checksFor(
  checks: readonly RequiredCheck[] | undefined,
  image: string,
): readonly RequiredCheck[] {
  return (checks ?? []).filter(({ images }) => images.length === 0 || images.includes(image));
}

function isOneCheck(written: object): boolean {
  const given = Object.keys(written).filter(key => !COMMON.includes(key));
  const [kind, ...others] = Object.entries(PARTS).filter(([key]) => given.includes(key));
  if (kind === undefined || others.length > 0) return false;
  const [key, { needs, may }] = kind;
  const known: readonly string[] = [key, ...needs, ...may];
  return needs.every(part => given.includes(part)) && given.every(part => known.includes(part));
}

function sourceOf(written: Written) {
  const { status, app, user, pipeline, test, signers, url, path, value, pending } = written;
  if (status !== undefined) return { kind: 'status', name: normaliseName(status), app, user } as const;
  if (pipeline !== undefined) return { kind: 'pipeline', name: normaliseName(pipeline) } as const;
  if (test !== undefined && signers !== undefined)
    return { kind: 'test', name: normaliseName(test), signers: normaliseAccepted(signers) } as const;
  const { running, context, namespaces = [] } = written;
  if (running !== undefined) return { kind: 'running', context, namespaces } as const;
  if (url === undefined || path === undefined || value === undefined) return undefined;
  return { kind: 'url', url, path, value, pending } as const;
}
