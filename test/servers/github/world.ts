import type { Comment } from './comments.ts';
import type { Emulated } from './emulated.ts';
import { type Fields, fields, items } from './request.ts';

/** What the server knows beyond `emulate`, of its one repository. */
export interface World {
  readonly owner: string;
  readonly repo: string;
  readonly emulated: Emulated;
  /** Ended pull requests by number. */
  readonly ended: Map<number, Ending>;
  /** Comments on pull requests, oldest first. */
  readonly comments: Comment[];
  /** The ids of accounts that are deleted. */
  readonly gone: Set<unknown>;
  /** The present names of renamed accounts, by their first ones. */
  readonly renamed: Map<string, string>;
  readonly assignees: Map<number, readonly Fields[]>;
  readonly statuses: Fields[];
  /** Commits as they were answered when they were written. */
  readonly commits: Fields[];
  /** Check runs by `sha` and `name`, with the `app` that made them and their `conclusion`. */
  readonly checkRuns: Fields[];
  /** Moves of branches, the newest first. */
  readonly activities: Fields[];
  /** What happened to pull requests by number, oldest first, as GraphQL has it. */
  readonly timelines: Map<number, readonly Fields[]>;
  readonly approvals: Map<number, readonly Fields[]>;
  /** Environments of Actions by name, as GitHub shows them, and their custom rules. */
  readonly environments: Map<string, { readonly shown: Fields; readonly custom: readonly Fields[] }>;
  /** Workflow runs by number. */
  readonly runs: Map<number, Fields>;
  /** Jobs by run and attempt (`7/1`), and what is annotated on each, by the number of its check run. */
  readonly attempts: Map<string, readonly Fields[]>;
  readonly annotations: Map<number, readonly Fields[]>;
  readonly dispatches: Fields[];
  /** The runs that these started; `looks`: how often each was listed without it. */
  readonly dispatched: Record<string, unknown>[];
  /** The newest first, each with its `statuses`, the newest first. */
  readonly deployments: (Fields & { readonly statuses: Fields[] })[];
  /** Issues, and pull requests as its list has them. */
  readonly issues: Fields[];
  /** Statuses that rulesets want on the default branch. */
  readonly required: { readonly context: string; readonly integration_id?: number }[];
  /** Rulesets of the default branch by number: as GitHub shows them, and the types of their rules. */
  readonly rulesets: Map<number, { readonly shown: Fields; readonly types: readonly string[] }>;
  readonly queued: number[];
  /** Pull requests that are merged once they may be, and how. */
  readonly autoMerges: Map<number, string>;
  /**
   * Pull requests whose head lies in a fork of the same organization, which the filter `head=owner:branch` lists too, or
   * in one that is gone by now. https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
   */
  readonly forked: Map<number, 'fork' | 'gone'>;
  /** Merges on trial by base and head; undefined: none is made yet, or they conflict. */
  readonly trials: Map<string, string | undefined>;
  readonly settings: Settings;
}

/** How a pull request ended: the head it had then, the commit that merged it, the person who closed it. */
export interface Ending {
  readonly head: string;
  readonly mergeCommit?: string;
  readonly closedBy?: Fields;
  /** When it was closed unmerged, and when its branch was deleted, in milliseconds. */
  readonly closedAt?: number;
  deletedAt?: number;
}

/** How the repository behaves; a test may change it at any time. */
export interface Settings {
  /** Whether the first look at a pull request comes before its merge on trial is made. */
  mergesLate: boolean;
  hasMergeQueue: boolean;
  isPublic: boolean;
  /** Whether it has issues, and leaves out labels that whoever opens one may not set. */
  hasIssues: boolean;
  dropsLabels: boolean;
  /** Who sees the site that the repository publishes; absent: it has none. */
  site?: 'everybody' | 'members';
  /** The ways that the repository may be merged. */
  methods: ReadonlySet<string>;
  /** Whether a branch must be up to date before it is merged. */
  strict: boolean;
  linearHistory: boolean;
  /** Rules that no check shows and that the pull request does not meet, as GitHub lists them. */
  unmet: readonly Fields[];
  /** Whether a ruleset blocks force pushes. */
  forbidsForce: boolean;
  /** The address that the repository had before it was renamed or transferred. */
  movedFrom?: { readonly owner: string; readonly repo: string };
  /** What GitHub's own review rules say, where it has any. */
  reviewDecision?: 'REVIEW_REQUIRED' | 'CHANGES_REQUESTED' | 'APPROVED';
  /** Whether branches are deleted once they are merged. */
  deletesBranches: boolean;
  allowsAutoMerge: boolean;
  /** Branches that nobody may push to. */
  readonly protectedBranches: Set<string>;
  /** Entries of a recursive tree beyond which GitHub cuts the answer off. */
  mostTreeEntries: number;
  /** Files that `export-ignore` keeps out of archives. */
  readonly exportIgnored: Set<string>;
  /** Whether GraphQL knows `updateRefs`. */
  hasUpdateRefs: boolean;
  /** Whether GraphQL gives up on what it is asked for many objects. */
  slowObjects: boolean;
  /** Workflows that a person switched off, by their paths. */
  readonly disabledWorkflows: Set<string>;
  /** How often runs are listed before a new one is among them. */
  runsLate: number;
  /** The scopes of classic tokens, which every answer to one names; absent: tokens are fine-grained. */
  scopes?: string;
  /** When tokens end, as `github-authentication-token-expiration` writes it. */
  tokensEnd?: string;
  /** The `permissions` of the job whose own token asks; absent: all. */
  grants?: Readonly<Record<string, string>>;
}

/** A path below the repository. */
export function at({ owner, repo }: World, path: string): string {
  return `/repos/${owner}/${repo}/${path}`;
}

/** The commit a branch points at. */
export async function branchHead(world: World, branch: string): Promise<string | undefined> {
  const { status, body } = await world.emulated.ask('GET', at(world, `git/ref/heads/${branch}`));
  return status === 200 ? String(fields(body, 'object').sha) : undefined;
}

/** Every regular file and link of a commit: mode and blob by path. */
export async function filesOf(world: World, commit: string): Promise<ReadonlyMap<string, Fields>> {
  const { body } = await world.emulated.ask('GET', at(world, `git/trees/${commit}?recursive=1`));
  return new Map(
    items(fields(body).tree)
      .filter(({ type }) => type !== 'tree')
      .map(entry => [String(entry.path), entry]),
  );
}

/** Whether `ancestor` is `commit` or one of its ancestors. */
export async function isAncestor(world: World, ancestor: string, commit: string): Promise<boolean> {
  const { body } = await world.emulated.ask('GET', at(world, `compare/${ancestor}...${commit}`));
  return ['ahead', 'identical'].includes(String(fields(body).status));
}
