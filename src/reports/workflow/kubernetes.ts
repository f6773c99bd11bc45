import { stringify } from 'yaml';
import {
  applyWords,
  containerSettings,
  nameOf,
  podSettings,
  preparation,
  SECRETS,
  type WorkflowSettings,
} from './pod.ts';

/** The most retries of a pod. The writer does the work of a shard that fails after that. */
const RETRIES = 2;
const KEPT = 86_400;

/**
 * An Indexed Job whose pods each copy a share of the plan's images, and a suspended Job that carries out the
 * whole plan. https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
 */
export function kubernetesWorkflow(settings: WorkflowSettings): string {
  const { shards } = settings;
  const [first, last] = [nameOf(settings, '-shards'), nameOf(settings, '-writer')];
  const shard = job(settings, first, SECRETS.shards, {
    completionMode: 'Indexed',
    completions: shards,
    parallelism: shards,
    backoffLimitPerIndex: RETRIES,
    maxFailedIndexes: shards,
  });
  const writer = job(settings, last, SECRETS.writer, {
    suspend: true,
    completions: 1,
    parallelism: 1,
    backoffLimit: RETRIES,
    podReplacementPolicy: 'Failed',
  });
  const lines = [
    ...preparation(settings),
    'Then apply this file, wait for the shards, and let the one writer begin:',
    `kubectl wait --for=condition=complete --timeout=2h job/${first}   # where it times out, the writer does the rest`,
    `kubectl patch job ${last} --patch '{"spec":{"suspend":false}}'`,
  ];
  const documents = [
    shard([...applyWords(settings), '--only', 'images'], shardWord(shards)),
    writer(applyWords(settings)),
  ];
  return `${lines.map(line => `# ${line}\n`).join('')}${documents.map(document => stringify(document, { lineWidth: 0 })).join('---\n')}`;
}

/** The shard of a pod. Indices count from 0, shards from 1. */
function shardWord(shards: number): string {
  return `--shard "$((JOB_COMPLETION_INDEX + 1))/${shards}"`;
}

function job(settings: WorkflowSettings, name: string, secret: string, spec: object) {
  const labels = {
    'app.kubernetes.io/name': 'promote',
    'app.kubernetes.io/instance': nameOf(settings),
  };
  return (words: readonly string[], more?: string) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels },
    spec: {
      ...spec,
      ttlSecondsAfterFinished: KEPT,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...podSettings(settings),
          containers: [
            { name: 'promote', command: commandOf(words, more), ...containerSettings(settings, secret) },
          ],
        },
      },
    },
  });
}

/** A shell is used only if the command computes a value. The words are passed to it unchanged. */
function commandOf(words: readonly string[], more: string | undefined): readonly string[] {
  return more === undefined ? words : ['sh', '-ec', `exec "$@" ${more}`, 'sh', ...words];
}
