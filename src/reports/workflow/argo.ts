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

const API = 'argoproj.io/v1alpha1';
const NOBODY = 'promote';
const EXECUTOR = 'promote-executor';

/**
 * An Argo Workflow with two steps. In the first, each pod copies a share of the plan's images. The second
 * carries out the whole plan. The pods have no token of the cluster; Argo's own container has one only to
 * report results. https://argo-workflows.readthedocs.io/en/latest/service-accounts/
 */
export function argoWorkflow(settings: WorkflowSettings): string {
  const lines = [...preparation(settings), 'Then: kubectl create --filename <this file>'];
  const documents = [...accounts(), workflow(settings)];
  const text = documents.map(document => stringify(document, { lineWidth: 0 })).join('---\n');
  return `${lines.map(line => `# ${line}\n`).join('')}${text}`;
}

function workflow(settings: WorkflowSettings) {
  const { shards } = settings;
  const name = nameOf(settings);
  const sharing = [...applyWords(settings), '--only', 'images'];
  const shard = [...sharing, '--shard', `{{inputs.parameters.shard}}/${shards}`];
  return {
    apiVersion: API,
    kind: 'Workflow',
    metadata: { generateName: `${name}-` },
    spec: {
      entrypoint: 'promote',
      serviceAccountName: NOBODY,
      automountServiceAccountToken: false,
      executor: { serviceAccountName: EXECUTOR },
      parallelism: shards,
      // Two runs of one environment at a time would disturb each other's plans.
      synchronization: { mutexes: [{ name }] },
      ttlStrategy: { secondsAfterCompletion: 86_400 },
      ...podSettings(settings),
      templates: [
        {
          name: 'promote',
          steps: [
            [
              {
                name: 'shards',
                template: 'shard',
                arguments: { parameters: [{ name: 'shard', value: '{{item}}' }] },
                withSequence: { start: '1', end: String(shards) },
                // The writer copies the images of a lost shard itself.
                continueOn: { failed: true, error: true },
              },
            ],
            [{ name: 'writer', template: 'writer' }],
          ],
        },
        {
          name: 'shard',
          inputs: { parameters: [{ name: 'shard' }] },
          retryStrategy: { limit: '2' },
          container: { command: shard, ...containerSettings(settings, SECRETS.shards) },
        },
        {
          name: 'writer',
          retryStrategy: { limit: '2', retryPolicy: 'OnError' },
          container: { command: applyWords(settings), ...containerSettings(settings, SECRETS.writer) },
        },
      ],
    },
  };
}

function accounts(): readonly object[] {
  const rules = [
    { apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] },
  ];
  const metadata = { name: EXECUTOR };
  const rbac = 'rbac.authorization.k8s.io';
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: NOBODY },
      automountServiceAccountToken: false,
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: EXECUTOR },
      subjects: [{ kind: 'ServiceAccount', name: EXECUTOR }],
    },
  ];
}
