import type { Refresh } from '../../src/environments/environments.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith } from './problems.ts';

/** What a file means that says this under `refresh`. */
export function refresh(written: string): Refresh {
  const { refresh: meant } = parseEnvironments(
    fileWith({ more: `refresh: ${written}` }),
    'environments.yaml',
  );
  if (meant === undefined) throw new Error('no refresh');
  return meant;
}
