import { planEnvironment } from '../apply/plan-environment.ts';
import type { Deployment, Environment, Environments } from '../environments/environments.ts';
import { originText } from '../environments/image-origin.ts';
import { deploymentKey } from '../environments/locate.ts';
import { failureText, PromoteError } from '../errors.ts';
import type { PromotionRequest } from '../plan/request.ts';
import { statusJson } from '../reports/board.ts';
import { historyJson } from '../reports/history.ts';
import { groupJson } from '../reports/plan.ts';
import type { SiteInput, SiteSource } from '../reports/site/input.ts';
import { verifyJson } from '../reports/verify.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { readHeldSince, readHistory, readHistoryRecords } from '../run/history/history.ts';
import { observeHead } from '../run/read-pins.ts';
import { readBoard } from './status.ts';
import { verifyEnvironment } from './verify.ts';

/** How much the page shows. */
export interface SiteRequest {
  /** The most commits of each environment's history. */
  readonly limit: number;
  /** Whether registries are asked to verify each pinned image. */
  readonly isVerified: boolean;
  /** Makes an environment's request, to learn what waits there. */
  readonly request: (environment: string) => PromotionRequest;
}

/**
 * Throws `FORBIDDEN` if a deployment repository, or a place that the page is written to, is public or has a
 * public site. Also if nobody can say whether it is: the page would show more than that.
 */
export async function assertUnseen(
  { shownOn, repository }: Pick<Effects, 'shownOn' | 'repository'>,
  { environments }: Environments,
  places: readonly Deployment[] = [],
): Promise<void> {
  const deployments = new Map<string, Deployment>(
    environments.map(environment => [deploymentKey(environment), environment.deployment]),
  );
  const asked = new Set<string>();
  for (const deployment of [...deployments.values(), ...places]) {
    const { name } = await repository(deployment);
    if (asked.has(name)) continue;
    asked.add(name);
    const seen = await (await shownOn?.(deployment))?.visibility();
    if (seen?.kind === 'private') continue;
    const why =
      seen === undefined
        ? `no forge says who may see ${name}`
        : seen.kind === 'public'
          ? seen.what
          : seen.why;
    throw new PromoteError('FORBIDDEN', `the board is not written: ${why}`, {
      hint: `${seen?.kind === 'unknown' ? `${seen.hint}; or ` : ''}leave out people, reasons and addresses with --public, or look at it on this machine alone with --serve`,
    });
  }
}

/** Reads what the page shows. What cannot be read of an environment is reported on the page. */
export async function readSite(
  effects: Effects,
  environments: Environments,
  asked: SiteRequest,
): Promise<SiteInput> {
  const board = await readBoard(effects, environments);
  const sources: SiteSource[] = [];
  // Environments are read one by one, since each needs many requests.
  for (const environment of environments.environments) {
    sources.push(await readSource(effects, environments, environment, asked));
  }
  return { readAt: effects.now(), status: statusJson(board), environments: sources };
}

async function readSource(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  { limit, isVerified, request }: SiteRequest,
): Promise<SiteSource> {
  const { name, from } = environment;
  const past = await contain(async () => {
    const place = await observeHead(effects, environment);
    const { isHeld, unread: unreadHolds } = await readHeldSince(environment, place);
    // One event more than is shown tells whether there are more.
    const events = await readHistory(environments, environment, place, { limit: limit + 1, isHeld });
    const shown = events.slice(0, limit);
    const { records, unread } = await readHistoryRecords(effects, environments, environment, shown);
    const history = historyJson({
      environment: name,
      events: shown,
      records,
      unread: unread.map(failureText),
      unreadHolds,
    });
    return { history, isCut: events.length > limit, unread };
  });
  const planned = await contain(async () => {
    const { groups, proposals, rollbacks } = await planEnvironment(effects, environments, request(name));
    return [
      ...rollbacks.map(({ prepared: { decision }, pullRequest: { url } }) => ({
        group: groupJson(decision),
        pullRequest: url,
      })),
      ...groups.map(decision => {
        const { state, pullRequest } = proposals.get(decision.group) ?? {};
        const isOpen = pullRequest?.state === 'open' || state === 'declined';
        return {
          group: groupJson(decision, state === 'declined' ? 'declined' : undefined),
          pullRequest: isOpen ? pullRequest?.url : undefined,
        };
      }),
    ];
  });
  const verified = isVerified
    ? await contain(async () => verifyJson(await verifyEnvironment(effects, environments, name, 'all')))
    : undefined;
  const shown = await contain(async () => await effects.shownOn?.(environment.deployment));
  const failures = [
    ...[past, planned, verified].flatMap(outcome => (outcome?.kind === 'failed' ? outcome.error : [])),
    ...(past.kind === 'done' ? past.value.unread : []),
  ].map(({ message, hint = null }) => ({ message, hint }));
  return {
    name,
    from: from.kind === 'build' ? undefined : originText(from),
    history: past.kind === 'done' ? past.value.history : { environment: name, events: [] },
    isCut: past.kind === 'failed' || past.value.isCut,
    commitUrl: shown.kind === 'done' ? shown.value?.commitUrl : undefined,
    groups: planned.kind === 'done' ? planned.value : [],
    verified: verified?.kind === 'done' ? verified.value : undefined,
    failures,
  };
}
