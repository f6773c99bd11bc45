/**
 * The decision on a group. `unasked`: this run is about other images. `rolled-back`: holds of a rollback on
 * exactly its digests close it. `postponed`: a later run continues.
 */
export type DecisionState =
  | 'failed'
  | 'postponed'
  | 'unasked'
  | 'nothing'
  | 'closed'
  | 'rolled-back'
  | 'waiting'
  | 'ready';

/**
 * The state of a group's proposal, compared with its plan. `none`: there is none. `ended`: merged or closed, and no
 * longer about this plan. `declined`: a person closed this very plan. `foreign`: open, with commits by others, which
 * are never overwritten. `wider`: open, with more than this run could judge. `outdated`: open, ours, with another
 * change. `current`: open, and its head is the plan's change. `green`: current, and its status allows the merge.
 */
export type ProposalState =
  | 'none'
  | 'ended'
  | 'declined'
  | 'foreign'
  | 'wider'
  | 'outdated'
  | 'current'
  | 'green';

/**
 * How far a group is to get. `review`: to its reviews. `green`: to a merge by a person. `merge`: to its merge.
 * `close`: its pins are right already, so it ends without a merge. `branch`: to a branch on plain Git, which has no
 * pull requests. `none`: there is nothing to propose.
 */
export type Goal = 'none' | 'review' | 'green' | 'merge' | 'close' | 'branch';

/** The next action. `stop`: the status fails and the pull request says why; `leave`: nothing. */
export type Step = 'leave' | 'stop' | 'close' | 'update' | 'collect-reviews' | 'turn-green' | 'merge';

/** The next step of a group's proposal. Every step but the last changes the proposal's state. */
export function nextStep(decision: DecisionState, proposal: ProposalState, goal: Goal): Step {
  const row = decision === 'ready' || decision === 'waiting' ? TOWARDS[decision][goal] : SETTLED[decision];
  return row[COLUMNS.indexOf(proposal)] ?? 'leave';
}

type Row = readonly [Step, Step, Step, Step, Step, Step, Step, Step];

const COLUMNS: readonly ProposalState[] = [
  'none',
  'ended',
  'declined',
  'foreign',
  'wider',
  'outdated',
  'current',
  'green',
];

// biome-ignore format: a table is read by its columns.
const SETTLED: Readonly<Record<Exclude<DecisionState, 'waiting' | 'ready'>, Row>> = {
  //              none     ended    declined foreign  wider    outdated current  green
  failed:        ['leave', 'leave', 'leave', 'leave', 'leave', 'leave', 'leave', 'leave'],
  postponed:     ['leave', 'leave', 'leave', 'leave', 'leave', 'leave', 'leave', 'leave'],
  unasked:       ['leave', 'leave', 'leave', 'stop',  'leave', 'leave', 'leave', 'leave'],
  nothing:       ['leave', 'leave', 'leave', 'stop',  'leave', 'close', 'close', 'close'],
  closed:        ['leave', 'leave', 'leave', 'stop',  'leave', 'stop',  'stop',  'stop'],
  'rolled-back': ['leave', 'leave', 'leave', 'stop',  'leave', 'close', 'close', 'close'],
};

const NOWHERE: Row = ['leave', 'leave', 'leave', 'stop', 'leave', 'leave', 'leave', 'leave'];

// Without a pull request nothing shows what a group waits for, so its branch is left alone.
const UNSEEN: Row = ['leave', 'leave', 'leave', 'leave', 'leave', 'leave', 'leave', 'leave'];

// biome-ignore format: a table is read by its columns.
const REVIEWED: Row =
  ['update', 'update', 'leave', 'stop', 'leave', 'update', 'collect-reviews', 'collect-reviews'];

// biome-ignore format: a table is read by its columns.
const TOWARDS: Readonly<Record<'waiting' | 'ready', Readonly<Record<Goal, Row>>>> = {
  // A waiting group gets no further than its reviews, whatever its goal.
  waiting: { none: NOWHERE, review: REVIEWED, green: REVIEWED, merge: REVIEWED, close: REVIEWED, branch: UNSEEN },
  ready: {
    none: NOWHERE,
    review: REVIEWED,
    //        none                ended               declined foreign wider    outdated            current       green
    green: ['update', 'update', 'leave', 'stop', 'leave', 'update', 'turn-green', 'leave'],
    merge: ['update', 'update', 'leave', 'stop', 'leave', 'update', 'turn-green', 'merge'],
    close: ['leave',            'leave',            'leave', 'stop', 'leave', 'leave',            'turn-green', 'close'],
    branch: ['update', 'update', 'leave', 'stop', 'leave', 'update', 'leave',     'leave'],
  },
};
