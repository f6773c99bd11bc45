import { spawnSync } from 'node:child_process';
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
  goesOn: false,
};

function pipeline(gates: string, signing = '', goesOn = false) {
  const text = `
version: 1
images: { api: {} }
${signing}
environments:
  dev: { from: build, registry: r.example/dev, files: ["dev/**"] }
  qa: { from: dev, registry: r.example/qa, files: ["qa/**"], gates: ${gates} }
  production: { from: qa, registry: r.example/production, files: ["production/**"] }
`;
  return parse(gitlabPipeline(parseEnvironments(text, 'environments.yaml'), { ...SETTINGS, goesOn }));
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

  it.each([
    ['environment', 'plan qa'],
    ['stated', 'apply dev'],
  ])('has a person start what is approved by %s, and lets nothing wait for that', (by, before) => {
    const made = pipeline(`{ approval: { by: ${by} } }`);
    expect(made['apply qa']).toMatchObject({ when: 'manual', allow_failure: true, needs: [before] });
    expect(made['apply production'].needs).toEqual(['apply dev']);
  });

  it('plans before a protected environment asks, and carries out that plan', () => {
    const made = pipeline('{ approval: { by: environment } }');
    expect(made['plan qa']).toMatchObject({ needs: ['apply dev'], artifacts: { paths: ['plan-qa.json'] } });
    expect(made['plan qa']).not.toHaveProperty('environment');
    expect(made['plan qa'].script[0]).toMatch(/^promote plan qa .* --out plan-qa.json$/);
    expect(made['apply qa'].script[0]).toMatch(/^promote apply qa .* --plan plan-qa.json$/);
  });

  it('has whoever starts a job state their approval, or that of others', () => {
    const [script] = pipeline('{ approval: { by: stated } }')['apply qa'].script;
    const approvedBy = (variables: Readonly<Record<string, string>>) => {
      const env = { GITLAB_USER_LOGIN: 'alice', ...variables };
      const { stdout } = spawnSync('sh', ['-ec', `promote() { echo "$*"; }\n${script}`], { env });
      return stdout
        .toString()
        .trim()
        .replace(/^.*\.yaml /, '');
    };
    expect(approvedBy({})).toBe('--approved-by alice');
    expect(approvedBy({ PROMOTE_APPROVED_BY: 'bob *' })).toBe('--approved-by bob --approved-by *');
  });

  it('lets its jobs know that nobody asked, where a schedule started its parent', () => {
    expect(pipeline('{}', '', true)['apply qa'].variables).toMatchObject({ PROMOTE_GOES_ON: 'true' });
    expect(pipeline('{}')['apply qa'].variables).not.toHaveProperty('PROMOTE_GOES_ON');
  });

  it('asks for an identity token where there is no key', () => {
    const keyless = 'signing: { keyless: { identity: "https://x", issuer: "https://y" } }';
    expect(pipeline('{}', keyless)['apply qa'].id_tokens).toEqual({ SIGSTORE_ID_TOKEN: { aud: 'sigstore' } });
    expect(pipeline('{}')['apply qa']).not.toHaveProperty('id_tokens');
  });
});
