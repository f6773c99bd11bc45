import type { Finding } from './check.ts';

/** A registry's answer on whether we have a right. */
type Answer =
  | { readonly kind: 'yes' | 'unknown' | 'empty' }
  | { readonly kind: 'no'; readonly error: Problem };

interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What a registry answered about one repository. */
export interface RepositoryFacts {
  readonly repository: string;
  readonly login: string | undefined;
  readonly ahead: number | undefined;
  readonly list: Answer;
  readonly pull: Answer;
  readonly push: Answer | undefined;
  readonly mount: Answer | undefined;
  readonly referrers: 'api' | 'fallback' | 'unknown';
  /** The repository that its evidence is kept in, if that is another one. */
  readonly evidence?: string | undefined;
}

/** What a registry answered; `problem`: why it could not be asked. */
export interface RegistryFacts {
  readonly host: string;
  readonly problem?: Problem | undefined;
  readonly repositories: readonly RepositoryFacts[];
  /** How many repositories were not asked about. */
  readonly left: number;
}

const MINUTE = 60_000;
const SHOWN = 3;

/** Finds what we may do at a registry. Without a login here, a refusal does not show what a run may do. */
export function checkRegistry({ host, problem, repositories, left }: RegistryFacts): readonly Finding[] {
  if (problem !== undefined) return [{ severity: 'error', subject: host, ...problem }];
  const login = repositories.find(asked => asked.login !== undefined)?.login;
  const asked = (key: 'pull' | 'list' | 'push' | 'mount') =>
    repositories.flatMap(facts => (facts[key] === undefined ? [] : [{ facts, answer: facts[key] }]));
  const judged = RIGHTS.flatMap(right => judge(host, right, asked(right.key)));
  return [
    ok(host, login === undefined ? 'reached, without a login' : `reached, as ${login}`),
    ...judged,
    ...checkEvidence(host, repositories),
    ...checkClock(host, repositories),
    ...(left === 0
      ? []
      : [
          unchecked(
            host,
            `${left} more repositories, since ${repositories.length} of a registry are asked about`,
          ),
        ]),
  ];
}

/** The words for one right at a registry. Without a login, a missing right counts as not known. */
interface Right {
  readonly key: 'pull' | 'list' | 'push' | 'mount';
  readonly allowed: string;
  readonly question: string;
  readonly hint: string | undefined;
  readonly lacking: 'error' | 'warning';
  /** What happens instead without this right, if promotions still work. */
  readonly instead?: string | undefined;
}

const PROBE = 'promote check --write-probe begins an upload and cancels it';

const RIGHTS: readonly Right[] = [
  {
    key: 'pull',
    allowed: 'may pull from',
    question: 'whether it may pull from',
    hint: 'nothing is there yet',
    lacking: 'error',
  },
  {
    key: 'list',
    allowed: 'may list the tags of',
    question: 'whether it may list the tags of',
    hint: undefined,
    lacking: 'warning',
    instead: 'evidence is looked for tag by tag, which takes more requests',
  },
  { key: 'push', allowed: 'may push to', question: 'whether it may push to', hint: PROBE, lacking: 'error' },
  {
    key: 'mount',
    allowed: 'may mount what is there already into',
    question: 'whether it may mount what is there already into',
    hint: PROBE,
    lacking: 'warning',
    instead: 'blobs are copied byte by byte',
  },
];

interface Asked {
  readonly facts: RepositoryFacts;
  readonly answer: Answer;
}

function judge(host: string, right: Right, asked: readonly Asked[]): readonly Finding[] {
  const allowed = asked.filter(({ answer }) => answer.kind === 'yes' || answer.kind === 'empty');
  const refused = asked.filter(({ answer }) => answer.kind === 'no');
  const unknown = [
    ...asked.filter(({ answer }) => answer.kind === 'unknown'),
    ...refused.filter(({ facts }) => facts.login === undefined),
  ];
  const isWithoutLogin = unknown.some(({ answer }) => answer.kind === 'no');
  const hint = isWithoutLogin ? `no login is at hand: docker login ${host}` : right.hint;
  return [
    ...(allowed.length === 0 ? [] : [ok(host, `${right.allowed} ${names(allowed)}`)]),
    ...(unknown.length === 0 ? [] : [unchecked(host, `${right.question} ${names(unknown)}`, hint)]),
    ...refused.flatMap(({ facts, answer }): readonly Finding[] => {
      if (facts.login === undefined || answer.kind !== 'no') return [];
      const { message, hint = `let ${facts.login} do this at ${host}, or log in as somebody else` } =
        answer.error;
      const whole = right.instead === undefined ? message : `${message}; ${right.instead}`;
      return [{ severity: right.lacking, subject: host, message: whole, hint }];
    }),
  ];
}

function checkEvidence(host: string, repositories: readonly RepositoryFacts[]): readonly Finding[] {
  const by = (referrers: RepositoryFacts['referrers']) =>
    repositories
      .filter(asked => asked.referrers === referrers && asked.evidence === undefined)
      .map(facts => ({ facts }));
  const [api, fallback] = [by('api'), by('fallback')];
  const apart = Map.groupBy(repositories, ({ evidence }) => evidence);
  return [
    ...(api.length === 0 ? [] : [ok(host, `lists evidence by the referrers API: ${names(api)}`)]),
    ...(fallback.length === 0
      ? []
      : [ok(host, `has no referrers API, so the fallback tag lists evidence: ${names(fallback)}`)]),
    ...[...apart].flatMap(([evidence, own]) =>
      evidence === undefined
        ? []
        : [ok(host, `evidence of ${names(own.map(facts => ({ facts })))} is kept in ${evidence}`)],
    ),
  ];
}

/** Compares the clocks, since tokens, certificates, soaks and freezes depend on the time. */
function checkClock(host: string, repositories: readonly RepositoryFacts[]): readonly Finding[] {
  const ahead = repositories.find(asked => asked.ahead !== undefined)?.ahead;
  if (ahead === undefined) return [unchecked(host, 'the clock, since it answers without a date')];
  if (Math.abs(ahead) <= MINUTE) return [ok(host, 'its clock and this one differ by less than a minute')];
  const minutes = Math.round(Math.abs(ahead) / MINUTE);
  const message = `the clock here is ${minutes} min ${ahead > 0 ? 'behind' : 'ahead of'} that of ${host}`;
  return [
    {
      severity: 'warning',
      subject: 'clock',
      message,
      hint: 'set the clock: tokens, certificates and freezes go by it',
    },
  ];
}

function names(asked: readonly { readonly facts: RepositoryFacts }[]): string {
  const paths = asked.map(({ facts }) => facts.repository.slice(facts.repository.indexOf('/') + 1));
  const more = paths.length - SHOWN;
  return more > 1 ? `${paths.slice(0, SHOWN).join(', ')} and ${more} more` : paths.join(', ');
}

/** A finding that says that something is as it should be. */
export function ok(subject: string, message: string): Finding {
  return { severity: 'note', subject, message, ok: true };
}

/** A finding that says what was not checked, and how to check it. */
export function unchecked(subject: string, what: string, hint?: string): Finding {
  return { severity: 'note', subject, message: `not checked: ${what}`, hint, unchecked: true };
}
