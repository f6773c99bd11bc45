import { digestOf, shortDigest } from '../../oci/digest.ts';

/** How the pods of a workflow are run. */
export interface WorkflowSettings {
  readonly environment: string;
  /** The environments file, as `--file` takes it without a checkout. */
  readonly file: string;
  /** The container image, by digest. */
  readonly container: string;
  readonly shards: number;
  /** What holds `plan.json`. */
  readonly plan: { readonly kind: 'config-map' | 'claim'; readonly name: string };
}

/** Names of the Secrets that the pods read; what is in them is nobody's but theirs. */
export const SECRETS = { registry: 'promote-registry', shards: 'promote-shards', writer: 'promote-writer' };

/** Who runs in our image. */
const USER = 65532;
/** What Kubernetes leaves of 63 characters to an environment's name. */
const LONGEST = 36;
const PLAN = '/plan/plan.json';

/** A name of Kubernetes for the environment, short enough for what is added to it, and no other environment's. */
export function nameOf({ environment }: Pick<WorkflowSettings, 'environment'>, part = ''): string {
  const isShort = environment.length <= LONGEST && !environment.endsWith('-');
  const end = `-${shortDigest(digestOf(environment))}`;
  return `promote-${isShort ? environment : environment.slice(0, LONGEST - end.length).replace(/-+$/, '') + end}${part}`;
}

/** The words that carry out the whole plan. */
export function applyWords({ file }: WorkflowSettings): readonly string[] {
  return ['promote', 'apply', '--plan', PLAN, '--file', file];
}

/** What every pod may and may not. */
export function podSettings({ plan }: WorkflowSettings) {
  const source =
    plan.kind === 'claim'
      ? { persistentVolumeClaim: { claimName: plan.name, readOnly: true } }
      : { configMap: { name: plan.name } };
  return {
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumes: [
      { name: 'plan', ...source },
      {
        name: 'registry',
        secret: {
          secretName: SECRETS.registry,
          defaultMode: 0o440,
          items: [{ key: '.dockerconfigjson', path: 'config.json' }],
        },
      },
      { name: 'scratch', emptyDir: { sizeLimit: '256Mi' } },
    ],
  };
}

/** The one container of a pod; the variables of the Secret are its tokens and keys. */
export function containerSettings({ container }: WorkflowSettings, secret: string) {
  return {
    image: container,
    env: [
      { name: 'HOME', value: '/scratch' },
      { name: 'TMPDIR', value: '/scratch' },
      { name: 'DOCKER_CONFIG', value: '/registry' },
    ],
    envFrom: [{ secretRef: { name: secret } }],
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'plan', mountPath: '/plan', readOnly: true },
      { name: 'registry', mountPath: '/registry', readOnly: true },
      { name: 'scratch', mountPath: '/scratch' },
    ],
  };
}

/** What has to be there before, as comments of the printed file. */
export function preparation({ plan }: WorkflowSettings): readonly string[] {
  return [
    plan.kind === 'claim'
      ? `The volume claim ${plan.name} holds plan.json.`
      : `kubectl create configmap ${plan.name} --from-file=plan.json   # at most 1 MiB; more: --plan-claim`,
    `The Secret ${SECRETS.registry} is of the type kubernetes.io/dockerconfigjson, for pulling and pushing.`,
    `The Secret ${SECRETS.shards} holds variables: the signing key, and a token that reads the deployment repository.`,
    `The Secret ${SECRETS.writer} holds the same, with a token that may write there.`,
  ];
}
