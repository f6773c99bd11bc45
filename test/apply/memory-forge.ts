import fs from 'node:fs';
import { findMergeBase, readCommit, resolveRef } from 'isomorphic-git';
import type {
  Comment,
  CommitStatus,
  Forge,
  Person,
  PullRequest,
  PullRequestContent,
  PushedHead,
  Review,
} from '../../src/forges/forge.ts';
import type { World } from '../e2e/world.ts';

/** A forge in memory over a real Git repository; it refuses what a forge refuses, and notes every write. */
export interface MemoryForge extends Forge {
  readonly statuses: ReadonlyMap<string, CommitStatus>;
  /** What was asked of it since the last call; writes end in `!`. */
  calls(): readonly string[];
  pulls(): Promise<readonly PullRequest[]>;
  /** Gives a review on the head of the newest pull request, or of another one, or on another commit. */
  review(
    name: string,
    verdict?: Review['verdict'],
    changes?: Partial<Review> & { of?: number },
  ): Promise<void>;
  /** Comments on the newest pull request; `isReader`: by somebody who may not write. */
  comment(name: string, text: string, changes?: Partial<Comment> & { isReader?: boolean }): void;
  /** Opens a pull request as a person does; a fork's branch lies in this repository too, which is all that differs. */
  propose(branch: string, author: string, from?: 'fork', base?: string): Promise<number>;
  /** Merges or closes the newest pull request as a person does. */
  end(how: 'merged' | 'closed', closing?: PullRequest['closing']): Promise<void>;
}

/** Who promote is on the forge. */
export const BOT: Person = { id: '1', name: 'promote' };

const NOW = new Date('2026-11-21T09:00:00Z');

/** A person by name. */
function person(name: string): Person {
  return { id: `id of ${name}`, name };
}

interface Held extends Omit<PullRequest, 'head'> {
  readonly isFork?: boolean;
  readonly head?: string;
  readonly content: PullRequestContent;
}

export function createMemoryForge(
  { git, repository: dir }: World,
  teams: Readonly<Record<string, readonly string[]>> = {},
) {
  const held: Held[] = [];
  const reviews: (Review & { readonly of: number })[] = [];
  const comments: (Comment & { readonly of: number })[] = [];
  const readers = new Set<string>();
  const statuses = new Map<string, CommitStatus>();
  const given = new Map<string, string>();
  let calls: string[] = [];
  const note = (call: string) => calls.push(call);
  // In this process: it is asked with each look, and what it answers is no matter of Git's program.
  const head = async (branch: string) => await resolveRef({ fs, dir, ref: `refs/heads/${branch}` });
  const pushed = new Map<number, string[]>();
  const view = async ({ content: _, isFork: __, ...pull }: Held): Promise<PullRequest> => {
    const commit = pull.head ?? (await head(pull.branch));
    const heads = pushed.get(pull.number) ?? [];
    pushed.set(pull.number, heads.at(-1) === commit ? heads : [...heads, commit]);
    return { ...pull, head: commit };
  };
  /** Who committed pushed, as far as this repository can tell. */
  const pushedHead = async (oid: string): Promise<PushedHead> => {
    const { committer, message, parent } = (await readCommit({ fs, dir, oid })).commit;
    const pusher = committer.name === 'promote' ? BOT : person(committer.name);
    return { commit: oid, pusher, message, parent: parent[0] };
  };
  const at = (number: number) => {
    const found = held[number - 1];
    if (found === undefined) throw new Error(`no pull request ${number}`);
    return found;
  };
  const change = async (number: number, changes: Partial<Held>) => {
    held[number - 1] = { ...at(number), ...changes };
    return await view(at(number));
  };
  const newest = () => at(held.length);
  const mergeNow = async (pull: Held) => {
    const commit = await head(pull.branch);
    await git('merge', '--quiet', '--no-ff', '--message', `Merge #${pull.number}`, pull.branch);
    await change(pull.number, { state: 'merged', head: commit });
    return await git('rev-parse', 'HEAD');
  };

  const forge: MemoryForge = {
    statuses,
    calls: () => {
      const seen = calls;
      calls = [];
      return seen;
    },
    pulls: async () => await Promise.all(held.map(view)),
    review: async (name, verdict = 'approved', { of = newest().number, ...changes } = {}) => {
      const { head: commit } = await view(at(of));
      const url = `https://forge.example/review/${name}`;
      const given = { verdict, commit, at: new Date('2026-11-21T10:00:00Z'), url, canWrite: true };
      reviews.push({ reviewer: person(name), ...given, ...changes, of });
    },
    comment: (name, text, { isReader, ...changes } = {}) => {
      const at = new Date('2026-11-21T10:00:00Z');
      const url = `https://forge.example/comment/${name}`;
      const author = person(name);
      if (isReader) readers.add(author.id);
      comments.push({ author, text, isChanged: false, at, url, ...changes, of: newest().number });
    },
    approvalComments: {
      command: '/promote approve',
      read: async ({ number }) => {
        note('comments');
        return comments.filter(({ of }) => of === number);
      },
      writers: async people => {
        note('writers');
        return new Set(people.map(({ id }) => id).filter(id => id !== '' && !readers.has(id)));
      },
    },
    propose: async (branch, author, from, base = 'main') => {
      const number = held.length + 1;
      const content = { title: branch, body: '', labels: [], reviewers: [], assignees: [], draft: false };
      const url = `https://forge.example/pull/${number}`;
      const pull = { number, url, branch, base, title: branch, body: '', draft: false, content };
      held.push({ ...pull, state: 'open', author: person(author), openedAt: NOW, isFork: from === 'fork' });
      return number;
    },
    proposedMerge: async number => {
      const pull = held[number - 1];
      if (pull?.state !== 'open') return undefined;
      const { url, branch, base } = pull;
      const [before, tip] = [await head(base), await head(branch)];
      const tree = await git('merge-tree', '--write-tree', before, tip).catch(() => undefined);
      const made = tree && (await git('commit-tree', tree, '-p', before, '-p', tip, '-m', 'trial'));
      const merge = made ? { before, after: made } : undefined;
      return { number, url, branch, isOwn: !pull.isFork, base, head: tip, conflicts: !made, merge };
    },
    end: async (how, closing) => {
      const pull = newest();
      if (how === 'merged') await mergeNow(pull);
      else await change(pull.number, { state: 'closed', head: await head(pull.branch), closing });
    },
    openPullRequests: async (prefix, base) => {
      note('list');
      const open = held.filter(pull => pull.state === 'open' && pull.base === base);
      return await Promise.all(open.filter(({ branch }) => branch.startsWith(prefix)).map(view));
    },
    mergeBase: async (one, other) => {
      note('mergeBase');
      const [base]: readonly string[] = await findMergeBase({ fs, dir, oids: [one, other] });
      return base;
    },
    heads: async pull => {
      note('heads');
      await view(at(pull.number));
      return await Promise.all((pushed.get(pull.number) ?? []).map(pushedHead));
    },
    viewer: async () => BOT,
    members: async team => {
      note('members');
      return (teams[team] ?? []).map(person);
    },
    branchRules: async () => [],
    pullRequests: {
      find: async (branch, base) => {
        note('find');
        const found = held.findLast(pull => pull.branch === branch && pull.base === base);
        return found && (await view(found));
      },
      open: async (branch, base, content) => {
        const open = held.find(pull => pull.branch === branch && pull.state === 'open');
        if (open) return await view(open);
        note('open!');
        const number = held.length + 1;
        const { title, body, draft } = content;
        const url = `https://forge.example/pull/${number}`;
        held.push({
          number,
          url,
          branch,
          base,
          state: 'open',
          title,
          body,
          draft,
          author: BOT,
          openedAt: NOW,
          content,
        });
        return await view(newest());
      },
      update: async ({ number }, content) => {
        if (JSON.stringify(at(number).content) === JSON.stringify(content)) return await view(at(number));
        note('update!');
        return await change(number, { title: content.title, body: content.body, content });
      },
      merge: async pull => {
        if ((await head(pull.branch)) !== pull.head) return { kind: 'moved' };
        if (at(pull.number).state !== 'open') return { kind: 'refused', needs: 'person', reason: 'not open' };
        note('merge!');
        return { kind: 'merged', commit: await mergeNow(at(pull.number)) };
      },
      close: async ({ number, branch }) => {
        note('close!');
        await change(number, { state: 'closed', head: await head(branch) });
      },
      reviews: async ({ number }) => {
        note('reviews');
        const given = reviews.filter(({ of }) => of === number).map(({ of: _, ...review }) => review);
        return [...new Map(given.map(review => [review.reviewer.id, review])).values()];
      },
      setStatus: async (commit, status) => {
        const place = `${commit} ${status.context}`;
        const same = given.get(place) === JSON.stringify(status);
        given.set(place, JSON.stringify(status));
        note(same ? 'status' : 'status!');
        statuses.set(commit, status);
        return !same;
      },
    },
  };
  return forge;
}
