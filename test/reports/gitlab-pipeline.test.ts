import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { gitlabPipeline } from '../../src/reports/gitlab-pipeline.ts';

const SETTINGS = {
  command: 'promote',
  file: "it's.yaml",
  container: 'node:24',
  images: ["api=r/it's:1"],
  tags: [],
};

function pipeline(gates: string) {
  const text = `
version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: r.example/dev, files: ["dev/**"] }
  qa: { from: dev, registry: r.example/qa, files: ["qa/**"], gates: ${gates} }
  production: { from: qa, registry: r.example/production, files: ["production/**"] }
`;
  return parse(gitlabPipeline(parseEnvironments(text, 'environments.yaml'), SETTINGS));
}

describe('a GitLab pipeline of the chain', () => {
  it('has each environment follow the one it takes from, alone and as a deployment', () => {
    const made = pipeline('{ approval: { count: 2 } }');
    expect(made['apply production']).toMatchObject({
      needs: ['apply qa'],
      environment: { name: 'production', action: 'start' },
      resource_group: 'promote/production',
      allow_failure: { exit_codes: [3] },
    });
    expect(made['apply qa']).not.toHaveProperty('when');
  });

  it('gives builds to entry environments alone, as single words', () => {
    const made = pipeline('{}');
    expect(made['apply dev'].script).toEqual([
      "promote apply dev --file 'it'\\''s.yaml' --image 'api=r/it'\\''s:1'",
    ]);
    expect(made['apply qa'].script).toEqual(["promote apply qa --file 'it'\\''s.yaml'"]);
  });

  for (const by of ['environment', 'stated']) {
    it(`has a person start what is approved by ${by}, and lets nothing wait for that`, () => {
      const made = pipeline(`{ approval: { by: ${by} } }`);
      expect(made['apply qa']).toMatchObject({ when: 'manual', allow_failure: true, needs: ['apply dev'] });
      expect(made['apply production'].needs).toEqual(['apply dev']);
    });
  }
});
