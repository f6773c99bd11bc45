import { digestOf, shortDigest } from '../../oci/digest.ts';

/** The settings of a workflow's pods. */
export interface WorkflowSettings {
  readonly environment: string;
  /** The environments file, as `--file` takes it without a checkout. */
  readonly file: string;
  /** The container image, by digest. */
  readonly container: string;
  readonly shards: number;
  /** The ConfigMap or claim that contains `plan.json`. */
  readonly plan: { readonly kind: 'config-map' | 'claim'; readonly name: string };
}

/** Names of the Secrets that the pods read. Nothing else reads their content. */
export const SECRETS = { registry: 'promote-registry', shards: 'promote-shards', writer: 'promote-writer' };

/** The user id in our image. */
const USER = 65532;
/** The most characters of an environment's name: Kubernetes allows 63 in total. */
const LONGEST = 36;
const PLAN = '/plan/plan.json';

/** A unique Kubernetes name for the environment, short enough for added suffixes. */
export function nameOf({ environment }: Pick<WorkflowSettings, 'environment'>, part = ''): string {
  const isShort = environment.length <= LONGEST && !environment.endsWith('-');
  const end = `-${shortDigest(digestOf(environment))}`;
  return `promote-${isShort ? environment : environment.slice(0, LONGEST - end.length).replace(/-+$/, '') + end}${part}`;
}

/** The command that carries out the whole plan. */
export function applyWords({ file }: WorkflowSettings): readonly string[] {
  return ['promote', 'apply', '--plan', PLAN, '--file', file];
}

/** The security settings of every pod. */
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

/** The only container of a pod. The Secret's variables are its tokens and keys. */
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

/** The required preparation, as comments of the printed file. */
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
