import { isRefusal } from '../api/refusal.ts';
import type { EnvironmentProtection } from '../environment-protection.ts';
import type { GitHub } from './github.ts';

/**
 * How an environment of Actions is protected; `undefined` where it does not exist or may not be read. Custom
 * rules are listed separately. https://docs.github.com/en/rest/deployments/environments#get-an-environment
 */
export async function environmentProtection(
  github: GitHub,
  name: string,
): Promise<EnvironmentProtection | undefined> {
  const place = { ...github.place, environment_name: name };
  const doing = `read the protection of environment ${name}`;
  try {
    const [environment, listed] = await Promise.all([
      github.ask(doing, ({ rest }) => rest.repos.getEnvironment(place)),
      github.ask(doing, ({ rest }) => rest.repos.getAllDeploymentProtectionRules(place)),
    ]);
    const rules = environment.protection_rules ?? [];
    const reviewed = rules.find(rule => rule.type === 'required_reviewers');
    const { custom_deployment_protection_rules: custom = [] } = listed;
    return {
      asksPeople: reviewed !== undefined,
      againstSelf:
        reviewed !== undefined && 'prevent_self_review' in reviewed && reviewed.prevent_self_review
          ? undefined
          : `switch on "Prevent self-review" under Settings, Environments, ${name}`,
      waitsFor: [
        ...rules.flatMap(rule =>
          'wait_timer' in rule && rule.wait_timer ? `a timer of ${rule.wait_timer} minutes` : [],
        ),
        ...custom.filter(({ enabled }) => enabled).map(({ app }) => `the rule of App ${app.slug}`),
      ],
    };
  } catch (error) {
    if (isRefusal(error, 403, 404)) return undefined;
    throw error;
  }
}
