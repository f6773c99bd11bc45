import { runAttempt } from '../cli/attempt.ts';
import type { Digest } from '../oci/digest.ts';
import { namedPlanText } from '../plan/named-plan.ts';
import { type GroupResult, groupState } from '../reports/apply.ts';
import { type PinsResult, pullRequestOf, type RunState } from '../reports/pins.ts';
import type { ActionIo } from './io.ts';
import { setBoundedOutput } from './output.ts';

/** Sets the outputs of a run for later steps and jobs. */
export function setRunOutputs(
  io: ActionIo,
  state: RunState,
  groups: readonly GroupResult[],
  changed: boolean,
  named?: ReadonlySet<Digest>,
): void {
  const plans = groups.flatMap(({ decision }) => ('plan' in decision ? [decision.plan] : []));
  const attempt = runAttempt(io.env);
  const urls = groups.flatMap(group => pullRequestUrl(group) ?? []);
  setBoundedOutput(io, 'state', state);
  setBoundedOutput(io, 'changed', String(changed));
  setBoundedOutput(
    io,
    'plan-digest',
    plans
      .map(({ digest }) => namedPlanText({ digest, attempt: named?.has(digest) ? 1 : attempt }))
      .join('\n'),
  );
  setBoundedOutput(io, 'pull-request-url', [...new Set(urls)].join('\n'));
  setBoundedOutput(io, 'promotions', JSON.stringify(groups.flatMap(promotions)));
}

/** Whether the run changed anything that others see. */
export function hasChanged({ done, brought, pins }: GroupResult): boolean {
  const kinds: readonly PinsResult['kind'][] = ['committed', 'proposed', 'merged', 'closed'];
  const came = done?.pins ?? pins;
  return (done?.copied ?? brought?.copied ?? 0) > 0 || (came !== undefined && kinds.includes(came.kind));
}

function promotions(group: GroupResult) {
  const { decision } = group;
  if (!('plan' in decision)) return [];
  const { digest: plan, group: name } = decision.plan;
  return decision.plan.promotions.map(({ image, source, digest, targets }) => ({
    image,
    digest,
    source,
    targets: targets.map(({ repository, tags }) => ({ repository, tags: tags.map(tag => tag.name) })),
    group: name,
    plan,
    state: groupState(group),
    pullRequest: pullRequestUrl(group) ?? null,
  }));
}

function pullRequestUrl({ done, pins }: GroupResult): string | undefined {
  return pullRequestOf(done?.pins ?? pins)?.url;
}
