import type { Refresh } from '../../environments/refresh.ts';
import { hexOf } from '../../oci/digest.ts';
import { type RefreshGroup, refreshPolicy } from '../../plan/refresh/refresh-plan.ts';
import { CLOSED_BY_US } from '../pull-request/proposal.ts';

/** A line of a pull request's body that says which images it is for. */
export function imagesMark({ images }: RefreshGroup): string {
  return `<!-- promote refresh: ${images.join(' ')} -->`;
}

/** Whether a body is for all of the group's images, others perhaps besides; one that promote closed is for none. */
export function isToldIn(body: string, { images }: Pick<RefreshGroup, 'images'>): boolean {
  if (body.includes(CLOSED_BY_US)) return false;
  const [, told = ''] = /<!-- promote refresh: ([0-9a-f ]+) -->/.exec(body) ?? [];
  const marks = new Set(told.split(' '));
  return images.every(image => marks.has(image));
}

/** A line of a pull request's body that says under which settings its images were chosen. */
export function policyMark(refresh: Refresh): string {
  return `<!-- promote refresh policy: ${hexOf(refreshPolicy(refresh))} -->`;
}
