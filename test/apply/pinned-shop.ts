import { isActive } from '../../src/environments/holds/holds.ts';
import { PromoteError } from '../../src/errors.ts';
import { decide, type GroupDecision } from '../../src/gates/decide.ts';
import { holdFacts } from '../../src/gates/hold.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { pinValue } from '../../src/pins/value.ts';
import { type Candidate, candidates } from '../../src/plan/candidates.ts';
import { editTexts } from '../../src/plan/edit-texts.ts';
import { history, type PinCommit } from '../../src/plan/history.ts';
import { forgetting, lifting } from '../../src/plan/holds/edit-holds.ts';
import { holdingAll, rollbackHolds } from '../../src/plan/holds/rollback-holds.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { pinMoves, placedState } from '../../src/plan/pin-moves.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import { pinsToRollBack, rollbackCandidates } from '../../src/plan/rollback.ts';
import { undoneChanges } from '../../src/plan/rollback-target.ts';
import { digestNamed, environment, environments, POLICY } from '../fixtures/candidates.ts';
import { NOTHING } from '../gates/no-facts.ts';

const QA = environment();
const ALL = environments(QA);
const NOW = new Date('2026-11-21T12:00:00Z');
const BASE = { repository: 'gitops', branch: 'main', commit: 'a'.repeat(40) };

type Texts = ReadonlyMap<string, string>;

/** An environment's files and their commits in memory, changed by the same decisions as a repository's. */
export interface PinnedShop {
  /** Promotes a version, unless a gate is closed; `nothing` where it is pinned already. */
  promote(image: string, version: number): GroupDecision['state'];
  edit(file: string, version: number): void;
  explain(file: string): void;
  /** Goes back by as many promotions, where there are so many. */
  rollBack(steps: number): void;
  lift(image: string): void;
  /** The images and digests that are kept out. */
  held(): readonly string[];
  texts(): Texts;
  pinned(): ReadonlyMap<string, string>;
  /** The pins as the events of the history alone give them. */
  replayed(): ReadonlyMap<string, string>;
}

/** Starts with version 0 everywhere; squashed, its commits say nothing of what they are. */
export function createPinnedShop(isSquashed: boolean): PinnedShop {
  const commits: PinCommit[] = [];
  const pinnedBefore = new Set([digestNamed('api 0'), digestNamed('web 0')]);
  let holds: string | undefined;
  let texts: Texts = new Map();

  function commit(files: Texts, source: PinCommit['source'] = [], message = 'x'): void {
    const moves = [...files].flatMap(([file, text]) =>
      pinMoves(placed(file, texts.get(file) ?? ''), placed(file, text)),
    );
    const name = String(commits.length + 1).padStart(40, '0');
    const date = new Date(NOW.getTime() + commits.length);
    commits.push({ commit: name, date, author: 'a', message, moves, source, unreadable: [] });
    texts = new Map([...texts, ...files]);
    for (const { after } of moves) if (after?.digest !== undefined) pinnedBefore.add(after.digest);
  }

  function edited(members: readonly Candidate[]): Texts {
    const outcome = editTexts(ALL, texts, members);
    if (outcome.kind === 'edited') return outcome.files;
    throw new Error(outcome.reason);
  }

  function said(what: string, members: readonly Candidate[]): string {
    const images = members.map(({ image, digest }) => `Promote-Image: ${image}@${digest}`);
    return isSquashed ? 'x' : [what, 'Promote-Environment: qa', ...images].join('\n');
  }

  const events = () => history('qa', commits);
  const files = ['qa/api.yaml', 'qa/api-eu.yaml', 'qa/web.yaml'];
  commit(new Map(files.map(file => [file, values(imageOf(file), 0)])));
  return {
    promote(image, version) {
      const digest = digestNamed(`${image} ${version}`);
      const repository = parseRepositoryName(`registry.example/dev/${image}`);
      const sources = [{ image, repository, tag: `${version}.0.0`, digest, origin: 'dev' }];
      const snapshot = {
        base: BASE,
        target: imagePins(ALL, QA, texts),
        sources,
        only: [image],
        versions: new Map(),
      };
      // Versions go up and down here. A squash loses the trailers, without which going back looks like a rollback.
      const facts = {
        ...NOTHING,
        now: NOW,
        allowBackward: version < 9 && !isSquashed,
        pinnedBefore,
        holds: holdFacts(QA, holds),
      };
      const outcomes = candidates(ALL, QA, snapshot);
      const [decision] = decide({
        environment: QA,
        planOf: (group, members) => assemblePlan({ base: BASE, environment: QA, group, ...POLICY, members }),
        outcomes,
        facts,
      });
      if (decision === undefined || !('members' in decision)) return decision?.state ?? 'nothing';
      holds = forgetting(QA, decision.members)(holds);
      commit(edited(decision.members), [{ image, digest }], said('Promote', decision.members));
      return decision.state;
    },
    edit: (file, version) =>
      commit(new Map([[file, pinnedTo(texts.get(file) ?? '', imageOf(file), version)]])),
    explain: file => commit(new Map([[file, `# why\n${texts.get(file)}`]])),
    rollBack(steps) {
      const members = returning(events(), imagePins(ALL, QA, texts), steps);
      holds = holdingAll(QA, members, rollbackHolds(QA, members, { by: 'ann' }, NOW))(holds);
      commit(edited(members), [], said(`This reverts commit ${'a'.repeat(40)}.`, members));
    },
    lift(image) {
      holds = lifting({ environment: 'qa', image }, { by: 'ann', since: NOW.toISOString() })(holds);
    },
    held() {
      const facts = holdFacts(QA, holds);
      if (facts.kind === 'unreadable') throw new Error(facts.reason);
      const active = facts.holds.filter(hold => isActive(hold, NOW));
      return active.map(hold => `${hold.image}@${hold.digest}`);
    },
    texts: () => texts,
    pinned: () =>
      new Map(imagePins(ALL, QA, texts).map(({ pin }) => [`${pin.file} ${pin.locator}`, pinValue(pin)])),
    replayed() {
      const moves = events()
        .toReversed()
        .flatMap(({ images }) => images.flatMap(change => change.moves));
      return new Map(moves.map(({ file, locator, after }) => [`${file} ${locator}`, after?.value ?? '']));
    },
  };
}

function returning(
  events: ReturnType<typeof history>,
  pins: ReturnType<typeof imagePins>,
  count: number,
): readonly Candidate[] {
  try {
    const found = pinsToRollBack(events, undoneChanges(events, { kind: 'steps', count }));
    const dated = found.flatMap(pin =>
      pin.to.digest === undefined ? [] : [{ ...pin, digest: pin.to.digest }],
    );
    return rollbackCandidates(ALL, QA, pins, dated);
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

function placed(file: string, text: string) {
  return imagePins(ALL, QA, new Map([[file, text]])).map(placedState);
}

function imageOf(file: string): string {
  return file.includes('web') ? 'web' : 'api';
}

function values(image: string, version: number): string {
  return pinnedTo(`image:\n  repository: registry.example/qa/${image}\n  tag: ""\n`, image, version);
}

function pinnedTo(text: string, image: string, version: number): string {
  return text.replace(/tag: ".*"/, `tag: "${version}.0.0@${digestNamed(`${image} ${version}`)}"`);
}
