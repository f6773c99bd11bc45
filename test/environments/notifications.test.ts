import { describe, expect, it } from 'vitest';
import { isTold } from '../../src/environments/notifications.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';

const parsed = (notification: string) =>
  parseEnvironments(
    `version: 1
images: { api: {} }
environments: { dev: { from: build, registry: r.example/dev, files: ["dev/*.yaml"] } }
notifications: [${notification}]
`,
    'environments.yaml',
  ).notifications?.[0];

describe('who is told', () => {
  const one = parsed(
    '{ to: slack, url: env://SLACK, events: [merged, opened, failed, rolled-back], environments: [dev], quiet: { cron: "0 20 * * *", for: 10h } }',
  );
  const told = (
    kind: 'opened' | 'merged' | 'green' | 'failed' | 'rolled-back',
    hour: number,
    isRollback = false,
  ) =>
    one !== undefined &&
    isTold(one, { kind, environment: 'dev', isRollback }, new Date(Date.UTC(2026, 10, 30, hour)));

  it.each([
    ['a change by day', told('merged', 12), true],
    ['a change that it does not want', told('green', 12), false],
    ['a change by night', told('merged', 23), false],
    ['a failure by night', told('failed', 23), true],
    ['a rollback by night', told('rolled-back', 2), true],
    ['the proposal of a rollback by night', told('opened', 2, true), true],
    ['a change after the night', told('merged', 6), true],
  ])('of %s', (_, is, expected) => expect(is).toBe(expected));

  it('is nobody elsewhere', () => {
    if (one === undefined) throw new Error('nobody');
    const now = new Date('2026-11-30T12:00:00Z');
    expect(isTold(one, { kind: 'merged', environment: 'qa', isRollback: false }, now)).toBe(false);
  });

  it('is told everything where nothing else is said', () => {
    expect(parsed('{ to: cdevents, url: env://SINK, secret: env://KEY }')).toMatchObject({
      events: ['opened', 'green', 'merged', 'closed', 'rolled-back', 'failed'],
      environments: [],
      quiet: [],
    });
  });
});

it.each([
  ['a literal address', '{ to: slack, url: "https://hooks.slack.com/services/T0/B0/x" }', /env:\/\/NAME/],
  ['a literal secret', '{ to: webhook, url: env://A, secret: hunter2 }', /env:\/\/NAME/],
  [
    'an environment that is none',
    '{ to: slack, url: env://A, environments: [qa] }',
    /no environment is named qa/,
  ],
  [
    'a signature that nobody checks',
    '{ to: slack, url: env://A, secret: env://B }',
    /slack checks no signature/,
  ],
  ['a template where none is read', '{ to: webhook, url: env://A, template: "{url}" }', /form of its own/],
  ['a placeholder that is none', '{ to: slack, url: env://A, template: "{who}" }', /no placeholder \{who\}/],
  ['a place that is none', '{ to: email, url: env://A }', /slack/],
  ['an event that is none', '{ to: slack, url: env://A, events: [waiting] }', /opened/],
])('refuses %s', (_, written, message) => {
  expect(() => parsed(written)).toThrow(message);
});
