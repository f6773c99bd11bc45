import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { parseReference, type Reference } from '../../oci/reference.ts';

/** A container of a pod, as the cluster describes it. */
export interface PodContainer {
  /** `namespace/name` of its pod. */
  readonly pod: string;
  readonly container: string;
  /** What its pod asks for; undefined where that is no image's name. */
  readonly asked: Reference | undefined;
  /** The image as the pod writes it. */
  readonly text: string;
  /** The digest that its node reports once the image is there: of an index, manifest or configuration. */
  readonly resolved: Digest | undefined;
  /** Whether it runs and is ready, or ended well. */
  readonly hasStarted: boolean;
  /** Since when it runs, in milliseconds; a restart begins it again. */
  readonly startedAt?: number | undefined;
  /** Why it does not run, in the cluster's words. */
  readonly waiting: string | undefined;
  readonly hasPullSecret: boolean;
}

/** The containers that a cluster runs, and how many pods do not count: those that ended, and those that are ending. */
export interface PodList {
  readonly containers: readonly PodContainer[];
  readonly pods: number;
  readonly ended: number;
  readonly ending: number;
  /** The namespaces that were asked for and have no pod at all: a name may be misspelt. */
  readonly empty: readonly string[];
}

const named = z.object({ name: z.string(), image: z.string().default('') });

/** https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#containerstatus-v1-core */
const status = z.object({
  name: z.string(),
  imageID: z.string().default(''),
  ready: z.boolean().optional(),
  state: z
    .object({
      running: z.object({ startedAt: z.string().nullish() }).optional(),
      terminated: z.object({ reason: z.string().optional(), exitCode: z.number().default(0) }).optional(),
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
    })
    .default({}),
});

const KINDS = ['containers', 'initContainers', 'ephemeralContainers'] as const;
const containers = z.array(named).optional();
const statuses = z.array(status).optional();

const pod = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default('default'),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({
    containers,
    initContainers: containers,
    ephemeralContainers: containers,
    imagePullSecrets: z.array(z.unknown()).optional(),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      containerStatuses: statuses,
      initContainerStatuses: statuses,
      ephemeralContainerStatuses: statuses,
    })
    .default({}),
});

type Pod = z.infer<typeof pod>;

const list = z.object({
  kind: z.string(),
  items: z.array(z.looseObject({ kind: z.string().optional() })),
  metadata: z.object({ continue: z.string().optional() }).optional(),
});

/** The most that a list of pods may have, in UTF-16 code units; 10,000 pods have about 100 million. */
const MOST = 256 * 1024 * 1024;

/** Reads what `kubectl get pods -o json` prints, a list or one pod; throws `INVALID` naming the file and the place. */
export function readPods(text: string, file: string, namespaces: readonly string[] = []): PodList {
  const items = podItems(parsed(text, file), file);
  const all = items.map((item, at) => checked(pod, item, `${file}: items[${at}]`));
  const pods = all.filter(
    ({ metadata }) => namespaces.length === 0 || namespaces.includes(metadata.namespace),
  );
  const [ended, others] = partition(pods, hasEnded);
  const [ending, current] = partition(others, ({ metadata }) => metadata.deletionTimestamp !== undefined);
  return {
    containers: current.flatMap(containersOf),
    pods: current.length,
    ended: ended.length,
    ending: ending.length,
    empty: namespaces.filter(name => !all.some(({ metadata }) => metadata.namespace === name)),
  };
}

function podItems(value: unknown, file: string): readonly unknown[] {
  if (isKind(value, 'Pod')) return [value];
  const { kind, items, metadata } = checked(list, value, file);
  // https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
  if (metadata?.continue) throw unreadable(file, 'it is a part of the list, and the cluster has more pods');
  // A list for one type leaves the kind out of its items.
  if (kind === 'PodList') return items;
  const pods = items.filter(item => item.kind === 'Pod');
  if (pods.length < items.length || kind !== 'List') {
    const [other] = items.filter(item => item.kind !== 'Pod');
    throw unreadable(file, `it has ${other?.kind ?? kind}, where only pods are expected`);
  }
  return pods;
}

function isKind(value: unknown, kind: string): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

function parsed(text: string, file: string): unknown {
  if (text.length > MOST) throw unreadable(file, `it is larger than ${MOST / 1024 / 1024} MiB`);
  try {
    return JSON.parse(text);
  } catch (error) {
    rethrowDefect(error);
    throw unreadable(file, 'it is no JSON');
  }
}

function checked<S extends z.ZodType>(schema: S, value: unknown, place: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw unreadable(place, `${issue?.path.join('.')}: ${issue?.message}`);
}

function unreadable(place: string, reason: string): PromoteError {
  return new PromoteError('INVALID', `${place}: ${reason}`, {
    hint: 'write it with: kubectl get pods --all-namespaces --output json > pods.json',
  });
}

function hasEnded({ status: { phase } }: Pod): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function containersOf({ metadata, spec, status: found }: Pod): readonly PodContainer[] {
  const states = new Map(
    [found.containerStatuses, found.initContainerStatuses, found.ephemeralContainerStatuses]
      .flatMap(each => each ?? [])
      .map(state => [state.name, state]),
  );
  const listed = KINDS.flatMap(kind => (spec[kind] ?? []).map(each => ({ kind, ...each })));
  return listed.map(({ kind, name, image }): PodContainer => {
    const { state = {}, ready } = states.get(name) ?? {};
    const { running, terminated, waiting } = state;
    const isUnready = kind === 'containers' && running !== undefined && ready === false;
    // A failed container is started again, unless it is an ephemeral one for debugging.
    const failed = kind !== 'ephemeralContainers' && terminated?.exitCode ? terminated : undefined;
    return {
      pod: `${metadata.namespace}/${metadata.name}`,
      container: name,
      asked: referenceIn(image),
      text: image,
      resolved: digestIn(states.get(name)?.imageID ?? ''),
      hasStarted: (running !== undefined && !isUnready) || (terminated !== undefined && failed === undefined),
      startedAt: Date.parse(running?.startedAt ?? '') || undefined,
      waiting:
        failed === undefined
          ? isUnready
            ? 'it is not ready'
            : reasonOf(waiting)
          : `${failed.reason ?? 'Error'}: exit code ${failed.exitCode}`,
      hasPullSecret: (spec.imagePullSecrets ?? []).length > 0,
    };
  });
}

function reasonOf(waiting: { reason?: string | undefined; message?: string | undefined } | undefined) {
  if (waiting === undefined) return undefined;
  const { reason = 'no reason given', message } = waiting;
  return message === undefined ? reason : `${reason}: ${message}`.slice(0, LONGEST_REASON);
}

const LONGEST_REASON = 300;

function referenceIn(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'INVALID') return undefined;
    throw error;
  }
}

/**
 * The digest in an `imageID`. Containerd and CRI-O write `ghcr.io/acme/api@sha256:…`, and Docker writes
 * `docker-pullable://…@sha256:…`. The bare digest of a configuration says that the image came from no registry.
 */
function digestIn(imageId: string): Digest | undefined {
  const bare = imageId.slice(Math.max(imageId.lastIndexOf('@'), imageId.lastIndexOf('/')) + 1);
  const digest = /^[0-9a-f]{64}$/.test(bare) ? `sha256:${bare}` : bare;
  return isDigest(digest) ? digest : undefined;
}

function partition<T>(values: readonly T[], isFirst: (value: T) => boolean): readonly [T[], T[]] {
  return [values.filter(isFirst), values.filter(value => !isFirst(value))];
}
