import { z } from 'zod';
import { duration } from '../text.ts';
import { clusterKeys } from './checks.ts';
import type { GateSetting } from './setting.ts';

/** How long the environment before must have pinned a digest. */
export interface SoakGate {
  /** As it is written: `24h`. */
  readonly duration: string;
  /** The cluster that must have run it for so long. */
  readonly running?: SoakCluster | undefined;
}

/** A context of the kubeconfig, or its current one, and namespaces, or all. */
export interface SoakCluster {
  readonly context?: string | undefined;
  readonly namespaces: readonly string[];
}

const schema = z.union([
  duration,
  z.strictObject({
    for: duration.describe('How long.'),
    running: z.literal(true).describe('Whether the time begins only once its cluster runs the digest.'),
    ...clusterKeys,
  }),
]);

/** The setting of the soak gate. */
export const soak: GateSetting<typeof schema, SoakGate> = {
  description: 'How long the environment before must have pinned the digest without a break.',
  schema,
  normalise: written => {
    if (typeof written === 'string') return { duration: written };
    const { for: length, context, namespaces = [] } = written;
    return { duration: length, running: { context, namespaces } };
  },
  issues: ({ path, environment: { name, from } }) => {
    if (!from.includes('build')) return [];
    const message = `${name} takes from builds, so there is no environment before it to soak in`;
    return [{ path, at: 'key', message, hint: 'set it in an environment that takes from this one' }];
  },
};

/** The time that has to pass, in milliseconds; a day is 24 hours. */
export function soakTime({ duration: written }: SoakGate): number {
  const unit = { m: 60_000, h: 3_600_000, d: 86_400_000 }[written.slice(-1)] ?? 0;
  return Number.parseInt(written, 10) * unit;
}
