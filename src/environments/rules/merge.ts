import type { Issue } from '../issue.ts';
import type { Rule } from './rule.ts';

/** A merge method says how an automatic merge is made, and a draft is not merged. */
export const mergeIsPossible: Rule = ({ file }) =>
  Object.entries(file.environments).flatMap(([name, { pullRequest = {} }]): readonly Issue[] => {
    const { merge = 'manual', method, draft = false } = pullRequest;
    const path = ['environments', name, 'pullRequest'];
    if (merge === 'automatic' && draft) {
      const message = 'a draft cannot be merged automatically';
      return [{ path: [...path, 'draft'], at: 'key', message, hint: 'take `draft` out' }];
    }
    if (merge === 'automatic' || method === undefined) return [];
    const message = 'a method without an automatic merge';
    return [{ path: [...path, 'method'], at: 'key', message, hint: 'write `merge: automatic`' }];
  });
