import type { Environment, Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import { imageMentions, imagePins, isUnreadable } from '../plan/image-pins.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import { contain } from './contain.ts';
import type { Effects } from './effects.ts';
import { readTexts } from './read-pins.ts';

/** What could be read of an environment, and why the rest could not. */
export interface ReadablePins {
  readonly pins: readonly ImagePin[];
  readonly mentions: readonly Mention[];
  readonly holds: string | undefined;
  readonly failures: readonly PromoteError[];
}

/** Reads an environment's pins as `readPins` does, but leaves out what cannot be read, and says so. */
export async function readablePins(
  effects: Effects,
  environments: Environments,
  environment: Environment,
): Promise<ReadablePins> {
  const read = await contain(() => readTexts({ effects, environments, environment }));
  if (read.kind === 'failed') return { pins: [], mentions: [], holds: undefined, failures: [read.error] };
  const { texts, holds } = read.value;
  const failures: PromoteError[] = [];
  const readable = new Map(
    [...texts].filter(([file, text]) => {
      const failure = failureOf(environments, file, text);
      if (failure !== undefined) failures.push(failure);
      return failure === undefined;
    }),
  );
  const pins = imagePins(environments, readable);
  return { pins, mentions: imageMentions(environments, readable), holds, failures };
}

function failureOf(environments: Environments, file: string, text: string): PromoteError | undefined {
  const one = new Map([[file, text]]);
  try {
    imagePins(environments, one);
    imageMentions(environments, one);
    return undefined;
  } catch (error) {
    if (error instanceof PromoteError && isUnreadable(error)) return error;
    throw error;
  }
}
