import { duration } from '../text.ts';
import type { GateSetting } from './setting.ts';

/** How long the environment before must have pinned a digest. */
export interface SoakGate {
  /** As it is written: `24h`. */
  readonly duration: string;
}

const schema = duration;

/** The setting of the soak gate. */
export const soak: GateSetting<typeof schema, SoakGate> = {
  description: 'How long the environment before must have pinned the digest without a break.',
  schema,
  normalise: written => ({ duration: written }),
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
