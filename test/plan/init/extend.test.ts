import { expect, it } from 'vitest';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { checkOffline } from '../../../src/plan/check-offline.ts';
import { extend } from '../../../src/plan/init/extend.ts';
import { propose } from '../../../src/plan/init/proposal.ts';
import { noHolds } from '../../fixtures/no-holds.ts';

const values = (repository: string) => `image:\n  repository: ${repository}\n  tag: 1.0.0\n`;
const FILE = `# ours
version: 1
images:
    api: {}   # the first
environments:
    # people wrote this
    dev:
        from: build
        registry: ghcr.io/acme/dev
        files: [ 'dev/api.yaml' ]
    production: { from: dev, registry: ghcr.io/acme/production, files: ["production/*.yaml"] }
`;
const KNOWN = {
  'dev/api.yaml': values('ghcr.io/acme/dev/api'),
  'production/api.yaml': values('ghcr.io/acme/production/api'),
};

async function extended(files: Readonly<Record<string, string>>, text = FILE) {
  const texts = new Map(Object.entries({ ...KNOWN, ...files }));
  const proposal = propose(parseEnvironments(text, 'environments.yaml'), texts);
  const result = extend(text, 'environments.yaml', proposal);
  const written = new Map(texts);
  const findings = await checkOffline(parseEnvironments(result.text, 'environments.yaml'), written, noHolds);
  const wrong = findings.filter(({ severity }) => severity !== 'note').map(({ message }) => message);
  return { ...result, wrong, left: proposal.left };
}

it('has nothing to add to a file that says it all', async () => {
  expect(await extended({})).toEqual({ text: FILE, adds: [], byHand: [], wrong: [], left: [] });
});

it('adds an image, files and an environment, and keeps every line that people wrote', async () => {
  const { text, adds, byHand, wrong } = await extended({
    'dev/web.yaml': values('ghcr.io/acme/dev/web'),
    'production/worker.yaml': values('ghcr.io/acme/production/jobs/worker'),
    'staging/api.yaml': values('ghcr.io/acme/staging/api'),
  });
  expect([byHand, wrong]).toEqual([[], []]);
  expect(adds).toEqual([
    'the image worker',
    'the image web',
    'the files dev/web.yaml of dev',
    'the environment staging',
  ]);
  expect(text).toBe(`# ours
version: 1
images:
    api: {}   # the first
    worker: { repository: jobs/worker }
    web: {}
environments:
    # people wrote this
    dev:
        from: build
        registry: ghcr.io/acme/dev
        files: [ 'dev/api.yaml', "dev/web.yaml" ]
    production: { from: dev, registry: ghcr.io/acme/production, files: ["production/*.yaml"] }
    staging:
      from: dev
      registry: ghcr.io/acme/staging
      files: ["staging/**/*.yaml"]
      # gates: { approval: { count: 1 } }   # who may promote into it
      # pullRequest: { stateLabels: true }   # labels of what waits, is ready or blocked
      # deployments: true   # the forge shows what is pinned here
`);
});

it('prints what it cannot add in the style of the file, and writes nothing of it', async () => {
  const flow = `version: 1
images: { api: {} }
environments: { dev: { from: build, registry: ghcr.io/acme/dev, files: ["dev/*.yaml"] } }
`;
  const { text, adds, byHand } = await extended({}, flow);
  expect([text, adds]).toEqual([flow, []]);
  expect(byHand).toEqual([expect.stringMatching(/^below environments: production:\n {2}from: dev\n/)]);
});

it('says which files it leaves out: of another registry, and of no environment', async () => {
  const { text, left } = await extended({
    'apps/api.yaml': values('ghcr.io/acme/api'),
    'qa/notes.yaml': 'replicas: 1\n',
    'dev/other.yaml': values('quay.io/other/thing'),
  });
  expect(text).toBe(FILE);
  expect(left).toEqual([
    { file: 'dev/other.yaml', reason: 'it pins images of quay.io/other, which is no registry of dev' },
    { file: 'apps/api.yaml', reason: 'its path names no environment' },
    { file: 'qa/notes.yaml', reason: 'its path names qa, where no file pins an image' },
  ]);
});
