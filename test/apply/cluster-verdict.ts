import { PromoteError } from '../../src/errors.ts';
import { onePod, type PodSketch, podList } from '../fixtures/pods.ts';
import type { ReviewWorld } from './review-world.ts';

/** A gate's answer at a time, where a cluster runs these pods or does not answer, and the clusters that were asked. */
export async function clusterVerdict(
  shop: ReviewWorld,
  gate: string,
  at: string,
  pods: readonly PodSketch[] | PromoteError,
) {
  const asked: object[] = [];
  const list = async (cluster: object) => {
    asked.push(cluster);
    if (pods instanceof PromoteError) throw pods;
    return { text: podList(pods.map(onePod)), name: 'the cluster' };
  };
  Object.assign(shop.effects, { now: () => new Date(at), pods: list });
  const { groups } = await shop.apply();
  const verdict = groups[0]?.decision.judged[0]?.verdicts.find(found => found.gate === gate);
  return { verdict, asked };
}
