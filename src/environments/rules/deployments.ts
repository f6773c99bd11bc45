import type { Issue, Path } from '../diagnostics/issue.ts';
import type { Written } from '../schema/environments.ts';
import type { Rule } from './rule.ts';

const PASSWORD = /^(?:https?:\/\/[^/]*@|[a-z+]+:\/\/[^/@]*:[^/]*@)/i;

/** The URL of a deployment repository carries no credentials. */
export const deploymentsHoldNoCredentials: Rule = ({ file }) => [
  ...issuesOf(file.deployments, ['deployments']),
  ...Object.entries(file.environments).flatMap(([name, { deployments }]) =>
    issuesOf(deployments === true ? undefined : deployments, ['environments', name, 'deployments']),
  ),
];

function issuesOf(deployments: Written['deployments'], path: Path): readonly Issue[] {
  if (deployments?.repository === undefined || !PASSWORD.test(deployments.repository)) return [];
  return [
    {
      path: [...path, 'repository'],
      at: 'value',
      message: 'credentials in the URL',
      hint: 'take them out, revoke them, and leave authentication to the environment or to Git',
    },
  ];
}
