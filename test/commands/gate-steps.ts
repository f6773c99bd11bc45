import { answerGate, type GateSubject } from '../../src/commands/gate/gate.ts';
import type { GateAnswer } from '../../src/reports/gate.ts';
import type { ReviewWorld } from '../apply/review-world.ts';

export const PIN = 'production/api.yaml';
export const HELD = 'image:\n  repository: oci:../production/api\n  tag: "9"\n';

/** A holds file as a person writes one. */
export function heldByHand(): string {
  const digest = `sha256:${'0'.repeat(64)}`;
  return `- { environment: production, image: api, digest: "${digest}", reason: no, by: me, since: 2026-11-21T09:00:00Z }\n`;
}

/** Commits on a branch of a person's own, made where it is absent. */
export async function work(shop: ReviewWorld, branch: string, path: string, text: string): Promise<void> {
  await shop.world.git('branch', '--force', branch, 'main');
  await shop.commit(branch, path, text);
}

export async function at(shop: ReviewWorld, branch: string, path: string): Promise<string> {
  return `${await shop.world.git('show', `${branch}:${path}`)}\n`;
}

/** One run of `promote gate`. */
export async function ask(
  { effects, environments }: ReviewWorld,
  subject: GateSubject,
  more: { readonly inPipeline?: boolean } = {},
): Promise<GateAnswer> {
  const asked = { subject, repository: undefined, file: 'environments.yaml', runUrl: undefined, ...more };
  return await answerGate(effects, environments, asked);
}
