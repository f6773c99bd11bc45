import { expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { impliedPins } from '../../src/pins/together/together.ts';
import { knownFor } from './marked.ts';

const OURS = 'registry.example/prod/api' as RepositoryName;
const VALUES = `image:\n  repository: ${OURS}\n  tag: 1.0.0\n`;
const CHART = { 'charts/api/Chart.yaml': 'name: api\n', 'charts/api/values.yaml': VALUES };

it.each<[string, Record<string, string>, Record<string, string>, string]>([
  [
    'of helmfiles that wildcards match',
    { 'prod/helmfile.yaml': 'helmfiles:\n  - ../shared/*/stack-[ab].yaml\n' },
    {
      'shared/one/stack-a.yaml': `releases:\n  - { name: api, chart: "oci://${OURS}", version: 1.0.0 }\n`,
      'shared/one/stack-c.yaml': `releases:\n  - { name: api, chart: "oci://${OURS}", version: 2.0.0 }\n`,
    },
    `told prod/helmfile.yaml:2 ${OURS} of shared/one/stack-a.yaml:2`,
  ],
  [
    'of a helmfile of a helmfile',
    { 'prod/helmfile.yaml': 'helmfiles:\n  - path: ../shared\n' },
    {
      'shared/stack.yaml': 'helmfiles:\n  - path: api/stack.yaml\n',
      'shared/api/stack.yaml': 'releases:\n  - { name: api, chart: x/api, values: [values/*.yaml] }\n',
      'shared/api/values/prod.yaml': VALUES,
    },
    `told prod/helmfile.yaml:2 ${OURS}:1.0.0 of shared/api/values/prod.yaml:3`,
  ],
  [
    'that a helmfile gets from the one that names it',
    { 'prod/helmfile.yaml': 'helmfiles:\n  - { path: x.yaml, values: [../shared/api.yaml] }\n' },
    { 'shared/api.yaml': VALUES },
    `told prod/helmfile.yaml:2 ${OURS}:1.0.0 of shared/api.yaml:3`,
  ],
  [
    'of the chart of a helmfile that names itself too',
    { 'prod/helmfile.yaml': 'helmfiles: [stack.yaml]\n' },
    {
      'prod/stack.yaml': 'helmfiles: [stack.yaml]\nreleases: [{ name: api, chart: ../charts/api }]\n',
      ...CHART,
    },
    `told prod/helmfile.yaml:1 ${OURS}:1.0.0 of charts/api/values.yaml:3`,
  ],
])('tells what a value file pins %s', (_, own, others, expected) => {
  const { reported } = impliedPins({
    texts: new Map(Object.entries(own)),
    beside: new Map(Object.entries(others)),
    known: knownFor([OURS]),
    isTarget: () => true,
  });
  expect(reported.map(({ file, line, text, kind }) => `${kind} ${file}:${line} ${text}`)).toEqual([expected]);
});
