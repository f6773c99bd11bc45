import { describe, expect, it } from 'vitest';
import type { GroupDecision } from '../../src/gates/decide.ts';
import type { Verdict } from '../../src/gates/gate.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { Candidate } from '../../src/plan/candidates.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import type { ImageDetails } from '../../src/reports/image-details.ts';
import { BODY_LIMIT, type PullRequestView, pullRequestBody } from '../../src/reports/pull-request.ts';
import { fillTitle, formatSize, link, outside } from '../../src/reports/pull-request-text.ts';
import { candidate, environment, POLICY } from '../fixtures/candidates.ts';

const HOSTILE = [
  'fix |x| `y` <img src=x> [a](javascript:b) @acme/all ::set-output name=a::b',
  '$\u007b{ secrets.TOKEN }}\n| evil | row |',
  'fixes #12, GH-13 and https://github.com/acme/shop/issues/14',
];

describe('the body of a pull request', () => {
  it('shows each image, its digest, commits, size, gates, files, plan, and the way back', () => {
    const details = {
      platforms: ['linux/amd64', 'linux/arm64'],
      size: 12_345_678,
      created: '2026-11-20T08:00:00Z',
      commits: { url: 'https://github.com/acme/shop/compare/a...b', total: 12, subjects: ['Add tea'] },
    };
    const body = pullRequestBody(view([candidate('api')], { details: new Map([['api', details]]) }));
    for (const part of [
      '| api | 1.0.0 `',
      '` | **2.0.0** `',
      '[12](https://github.com/acme/shop/compare/a...b)',
      ', linux/amd64, linux/arm64, 12.3 MB\n',
      '- api: Add tea',
      '- api: 11 more commits',
      '<summary>Files (1)</summary>',
      '[alice](https://forge.example/r1)',
      'promote rollback qa',
    ])
      expect(body).toContain(part);
    expect(body).toMatch(
      /^\*\*Promotes api 2\.0\.0 to qa\.\*\*\n\n\| image \| from \| to \| commits \| built \|\n/,
    );
    // In 900 pixels of a forge's page a table shows about 130 characters of a row.
    const rows = body.split('\n').filter(line => line.startsWith('| api'));
    expect(rows.every(row => row.replace(/\(http[^)]*\)/g, '').length < 130)).toBe(true);
  });

  it('shows the evidence that no gate judges, and the notes of the release, as text alone', () => {
    const details = {
      platforms: [],
      signers: { kind: 'ours', by: 'key 0a1b' } as const,
      before: { environment: 'dev', since: new Date('2026-11-20T08:00:01Z'), shownBy: 'commit' } as const,
      packages: {
        changed: [{ name: 'openssl', from: '3.0.1', to: '3.0.2' }],
        added: [],
        removed: [],
      },
      notes: { url: 'https://forge.example/r/2', text: `## New\n\n* ${HOSTILE[0]}\n${'more\n'.repeat(40)}` },
    };
    const shown = { details: new Map([['api', details]]) };
    const body = pullRequestBody(view([candidate('api')], shown));
    for (const part of [
      '- api: signed by key 0a1b, which `signing` names; pinned in dev by a commit of 2026-11-20 08:00 UTC\n',
      '<summary>api: packages: 1 changed, 0 added, 0 removed</summary>',
      '| openssl | 3.0.1 | 3.0.2 |',
      '- **api 2.0.0**, [its release](https://forge.example/r/2)\n  - New\n  - fix ',
      '  - 12 more lines',
    ])
      expect(body).toContain(part);
    expect(body).not.toContain('@acme');
    expect(body).not.toMatch(/[^\\]<img/);
    const gated = view([candidate('api')], shown);
    const signed: Verdict = { kind: 'open', gate: 'signature', reason: 'signed by key k' };
    const judged = gated.decision.judged.map(one => ({ ...one, verdicts: [signed] }));
    const told = pullRequestBody({ ...gated, decision: { ...gated.decision, judged } });
    expect(told).toContain('signed by key k');
    expect(told).not.toContain('which `signing` names');
  });

  it.each<[ImageDetails['signers'], string]>([
    [{ kind: 'none' }, 'api: not signed'],
    [{ kind: 'claimed', by: [] }, 'api: carries a signature; nobody has verified it'],
    [
      { kind: 'claimed', by: ['a@b', 'key <c>'] },
      'api: carries a signature that says it is by a@b, key \\<c\\>; nobody has verified it',
    ],
  ])('tells a signature that was verified from one that only says so: %j', (signers, expected) => {
    const details = new Map([['api', { platforms: [], signers }]]);
    expect(pullRequestBody(view([candidate('api')], { details }))).toContain(expected);
  });

  it('tells when promote recorded the promotion into the environment before', () => {
    const before = {
      environment: 'dev',
      since: new Date('2026-11-20T08:00:01Z'),
      shownBy: 'record',
    } as const;
    const details = new Map([['api', { platforms: [], before }]]);
    const text = '- api: promoted to dev on 2026-11-20 08:00 UTC, by its record';
    expect(pullRequestBody(view([candidate('api')], { details }))).toContain(text);
  });

  it('leaves out columns of which nothing is known', () => {
    const known = new Map([['web', { platforms: [], created: '2026-11-20T08:00:00Z' }]]);
    const members = [candidate('api'), candidate('web')];
    expect(pullRequestBody(view(members))).toContain('| image | from | to |\n| --- | --- | --- |\n| api |');
    const body = pullRequestBody(view(members, { details: known }));
    expect(body).toContain('| image | from | to | built |\n| --- | --- | --- | --- |\n| api |');
    expect(body).toMatch(/\| web \|.* \| 2026\\-11\\-20 \|\n/);
  });

  it('shows keys of the environments file as code, and nothing else', () => {
    const hint = 'change `gates.version`, not `a <img src=x>` or `@acme`';
    const closed: Verdict = { kind: 'closed', gate: 'version', reason: 'x', hint };
    const given = view([candidate('api')]);
    const judged = given.decision.judged.map(one => ({ ...one, verdicts: [closed] }));
    const body = pullRequestBody({ ...given, decision: { ...given.decision, judged } });
    expect(body).toContain('change `gates.version`, not \\`a \\<img');
    expect(body).not.toMatch(/(?<!\\)`@?acme/);
  });

  it('says how a rollback is declined', () => {
    expect(pullRequestBody(view([candidate('api')], {}, 'waiting', 'rollback+api'))).toContain(
      '### Decline\n\nClose it unmerged',
    );
  });

  it('says whether the images are there already, or come once gates are open', () => {
    const members = [candidate('api')];
    expect(pullRequestBody(view(members))).toContain('is green. Merge it: ');
    expect(pullRequestBody(view(members, {}, 'waiting'))).toContain('turns green. Merge it then: ');
    expect(pullRequestBody(view(members, { stopped: 'x' }))).toContain('turns green. Merge it then: ');
    const merge = { kind: 'automatic', method: 'squash', deleteBranch: false } as const;
    expect(pullRequestBody(view(members, { merge }))).toContain('is green. Promote merges it (squash): ');
  });

  it('says what stopped it, and what comes next', () => {
    const body = pullRequestBody(
      view([candidate('api')], { stopped: 'a gate closed', next: [candidate('web')] }),
    );
    expect(body).toContain('> [!CAUTION]\n> a gate closed');
    expect(body).toContain('Next: web 2.0.0');
  });

  it('names the commits that it takes back so that forges link them', () => {
    const reverts = [{ commit: `c0ffee${'0'.repeat(34)}`, subject: 'Promote @api' }];
    const body = pullRequestBody(view([candidate('api')], { reverts }));
    expect(body).toMatch(/### Reverts\n\n- c0ffee000000 Promote @\S+api\n/);
  });

  it('lets no text from outside break the table, ping anybody, link or close anything', () => {
    const source = { ...candidate('api').source, repository: parseRepositoryName('a.io/b') };
    for (const text of HOSTILE) {
      const details = { platforms: [text], created: text, commits: { total: 3, subjects: [text] } };
      const hostile = candidate('api', { source: { ...source, tag: text } });
      const body = pullRequestBody(view([hostile], { details: new Map([['api', details]]), stopped: text }));
      const rows = body.split('\n').filter(line => line.startsWith('| api'));
      expect(rows.map(row => row.replaceAll('\\|', '').split('|').length)).toEqual([7]);
      expect(body).not.toMatch(
        /(?<!\w)@\w|::set-output|(?<!\\)<img|(?<!\\)\]\(javascript|#\d|GH\\?-\d|(?<!\()https:\/\/github/,
      );
      expect(
        body
          .split('\n')
          .filter(line => line.includes('evil'))
          .every(line => !line.startsWith('| evil')),
      ).toBe(true);
    }
  });

  it('leaves whole rows out before the limit, and counts them', () => {
    const many = Array.from({ length: 1000 }, (_, index) => candidate(`image-${index}`));
    const subjects = Array.from({ length: 50 }, (_, index) => `commit ${index} ${'x'.repeat(100)}`);
    const details = new Map(many.map(({ image }) => [image, { platforms: [], commits: { subjects } }]));
    const body = pullRequestBody(view(many, { details }));
    expect(body.length).toBeLessThanOrEqual(BODY_LIMIT);
    expect(pullRequestBody(view(many, { details }), 12_000).length).toBeLessThanOrEqual(BODY_LIMIT - 12_000);
    const rows = body.split('\n').filter(line => line.startsWith('| image\\-')).length;
    expect(rows).toBeGreaterThan(50);
    expect(body).toContain(`| ${1000 - rows} more images |`);
  });
});

describe('a title by a template', () => {
  it.each([
    ['{summary} ({tickets})', { summary: 'Promote api' }, 'Promote api'],
    ['{tickets}', { summary: 'Promote api' }, 'Promote api'],
    ['{images} ', { images: `${'x'.repeat(199)}🚀` }, 'x'.repeat(199)],
    ['{images}', { images: `${'x'.repeat(199)} y` }, 'x'.repeat(199)],
  ])('of %j is as forges keep it', (template, values, title) => {
    expect(fillTitle(template, values)).toBe(title);
  });
});

describe('text from outside', () => {
  it('is cut between characters', () => expect(outside('😀😀', 3)).toBe('😀…'));
  it('is cut', () => expect(outside('x'.repeat(500)).length).toBeLessThan(200));
  it('links to nothing but the web', () => {
    expect(link('a', 'javascript:alert(1)')).toBe('a');
    expect(link('a', 'https://x.io/a)b|c')).toBe('[a](https://x.io/a%29b%7Cc)');
  });
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [12_345_678, '12.3 MB'],
    [5e9, '5.0 GB'],
  ])('tells %d bytes as %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));
});

function view(
  members: readonly Candidate[],
  changes: Partial<PullRequestView> = {},
  state: 'ready' | 'waiting' = 'ready',
  group = 'all',
): PullRequestView {
  const base = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
  const plan = assemblePlan({
    base,
    environment: environment(),
    group,
    ...POLICY,
    members,
  });
  const url = 'https://forge.example/r1';
  const approval = {
    kind: 'review',
    id: '1',
    name: 'alice',
    at: '',
    url,
    commit: '',
    authenticated: true,
  } as const;
  const verdicts: readonly Verdict[] = [
    { kind: 'open', gate: 'approval', reason: '1 of 1: alice', approvals: [approval] },
  ];
  const judged = members.map(member => ({ image: member.image, candidate: member, verdicts: [] }));
  const decision: GroupDecision = { group, judged, state, plan, members, verdicts };
  return {
    environment: 'qa',
    decision,
    details: new Map(),
    next: [],
    holds: [],
    reverts: [],
    merge: { kind: 'manual' },
    status: 'promote/qa/all',
    isSigned: true,
    ...changes,
  };
}
