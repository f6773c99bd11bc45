import { z } from 'zod';
import type { EnvironmentProtection } from '../environment-protection.ts';
import { type GitLab, isUnseen } from './gitlab.ts';
import type { Project } from './project.ts';

const PROTECTED = z.object({
  required_approval_count: z.number().nullish(),
  approval_rules: z.array(z.object({ required_approvals: z.number().nullish() })).nullish(),
});

const SELF =
  'switch off "Allow pipeline triggerer to approve deployment" under Settings, CI/CD, Protected environments';

/**
 * How an environment is protected (GitLab Premium); `undefined` where it is not, or where that may not be read.
 * https://docs.gitlab.com/api/protected_environments/
 */
export async function environmentProtection(
  gitlab: GitLab,
  project: Project,
  name: string,
): Promise<EnvironmentProtection | undefined> {
  const ask = {
    doing: `read the protection of environment ${name}`,
    path: `protected_environments/${encodeURIComponent(name)}`,
  };
  try {
    const [found, facts] = await Promise.all([gitlab.ask(ask, PROTECTED), project.facts()]);
    const rules = (found.approval_rules ?? []).map(({ required_approvals }) => required_approvals ?? 0);
    return {
      asksPeople: [found.required_approval_count ?? 0, ...rules].some(count => count > 0),
      againstSelf: facts.allow_pipeline_trigger_approve_deployment === true ? SELF : undefined,
      waitsFor: [],
    };
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}
