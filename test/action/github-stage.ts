import { onTestFinished } from 'vitest';
import { build, push } from '../e2e/shop.ts';
import { pushFiles, useGitHub } from '../forges/github-fixture.ts';
import { BOT, type GitHubServer, tokenOf } from '../servers/github.ts';
import { startRegistry } from '../servers/registry.ts';
import type { Ended, Step } from './step.ts';

/** A shop on GitHub whose actions run in an empty workspace. */
export interface Stage {
  /** The registry's. */
  readonly host: string;
  readonly server: GitHubServer;
  /** Runs an action as the bot, unless the inputs say otherwise. */
  run(action: Step['action'], inputs?: Step['inputs'], step?: Partial<Step>): Promise<Ended>;
  /** Builds a version and puts it into dev. */
  release(version: string, inputs?: Step['inputs']): Promise<Ended>;
}

/** Creates it; `settings` is a line of production's entry. */
export async function createStage(
  runStep: (step: Step) => Promise<Ended>,
  settings = 'gates: { approval: { count: 1 } }',
): Promise<Stage> {
  const registry = await startRegistry();
  onTestFinished(() => registry.stop());
  const { host } = registry;
  const server = await useGitHub();
  const values = (environment: string) => `image:\n  repository: ${host}/${environment}/api\n  tag: "0"\n`;
  await pushFiles(server, {
    'environments.yaml': `version: 1
images: { api: { source: ${host}/build/api } }
environments:
  dev: { from: build, registry: ${host}/dev, files: ["dev/*.yaml"], commit: direct }
  production:
    from: dev
    registry: ${host}/production
    files: ["production/*.yaml"]
    ${settings}
`,
    'dev/values.yaml': values('dev'),
    'production/values.yaml': values('production'),
  });
  const env = {
    GITHUB_SERVER_URL: server.url,
    GITHUB_API_URL: server.url,
    GITHUB_REPOSITORY: 'acme/gitops',
    GITHUB_EVENT_NAME: 'schedule',
    GITHUB_RUN_ID: '7',
    PROMOTE_GITHUB_RATE_LIMITS: 'none',
  };
  const run: Stage['run'] = async (action, inputs = {}, step = {}) =>
    await runStep({
      action,
      ...step,
      inputs: { token: tokenOf(BOT), ...inputs },
      env: { ...env, ...step.env },
    });
  return {
    host,
    server,
    run,
    release: async (version, inputs = {}) => {
      await push(build(version), `${host}/build/api:${version}`);
      const images = `api=${host}/build/api:${version}`;
      return await run('promote', { environment: 'dev', images, ...inputs });
    },
  };
}
