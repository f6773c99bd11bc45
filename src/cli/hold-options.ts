import { PromoteError } from '../errors.ts';
import type { ChangeOptions } from './rollback-request.ts';

/** The options of `hold`. */
export interface HoldOptions extends ChangeOptions {
  readonly digest?: string;
  readonly all: boolean;
  readonly reason?: string;
  readonly until?: string;
  readonly override?: 'freeze';
  readonly plan?: string;
}

/** The error for an invalid `--until`. */
export function wrongEnd(until: string, problem: string): PromoteError {
  return new PromoteError('USAGE', `--until ${until}: ${problem}`, {
    hint: 'write the last day as 2026-12-24, or a time as 2026-12-24T09:00:00Z',
  });
}
