import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { EVENTS } from '../../src/environments/notifications.ts';
import type { PromotionEvent } from '../../src/reports/notifications/event.ts';
import { payloadOf } from '../../src/reports/notifications/payload.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const EVENT: PromotionEvent = {
  kind: 'merged',
  isRollback: false,
  time: '2026-11-30T08:00:00.000Z',
  repository: 'https://forge.example/acme/gitops',
  environment: 'production',
  group: 'all',
  plan: digestNamed('plan'),
  images: [
    { image: 'api', tag: '1.2.3', digest: digestNamed('api') },
    { image: 'web', digest: digestNamed('web') },
  ],
  url: 'https://forge.example/acme/gitops/pull/7',
};
const EVIL = '<!channel> @everyone [x](javascript:a) *b* & {url}\u202e\nmore';

describe('a message', () => {
  const textOf = (to: 'slack' | 'mattermost', event: PromotionEvent, template?: string) =>
    JSON.parse(payloadOf({ to, template }, event).body).text;

  it('says what became of which images, and where to look', () => {
    expect(textOf('slack', EVENT)).toBe(
      `production: api 1.2.3, web ${digestNamed('web').slice(7, 19)} is promoted <${EVENT.url}>`,
    );
    expect(textOf('slack', { ...EVENT, kind: 'failed', url: undefined, reason: 'no route' })).toMatch(
      /failed: no route$/,
    );
    const many = Array.from({ length: 9 }, () => ({ image: 'api' }));
    expect(textOf('slack', { ...EVENT, images: many })).toContain('9 images');
    expect(textOf('slack', { ...EVENT, kind: 'opened', isRollback: true })).toContain('(rollback)');
  });

  it('follows its template, in which values hold no placeholders', () => {
    expect(textOf('slack', { ...EVENT, reason: '{url}' }, '{group}/{environment} {plan} {reason}')).toBe(
      `all/production ${digestNamed('plan').slice(7, 19)} {url} <${EVENT.url}>`,
    );
  });

  it('calls nobody, and links to nothing that somebody else wrote', () => {
    const event = { ...EVENT, reason: EVIL };
    expect(textOf('slack', event)).toContain('&lt;!channel&gt;');
    expect(textOf('slack', event)).toContain('&amp; {url} more');
    expect(textOf('mattermost', event)).not.toMatch(/(?<!\w)@everyone|(?<!\\)\[x|(?<!\\)\*b/);
    // Chats link addresses by themselves, whatever is escaped.
    const linking = { ...EVENT, reason: 'see https://evil.example, www.evil.example, mailto:a@b.example' };
    for (const to of ['slack', 'mattermost', 'teams'] as const) {
      const { body } = payloadOf({ to, template: '{reason} {url}' }, linking);
      expect(body).toContain('evil.example');
      expect(body).not.toMatch(/https:\/\/evil|www\.evil|mailto:/);
    }
    expect(textOf('slack', linking, '<{url}|open>')).toContain(`<${EVENT.url}|open>`);
    const card = JSON.parse(payloadOf({ to: 'teams' }, event).body).attachments[0].content;
    // Its text is never read as Markdown.
    expect(card.body).toMatchObject([{ type: 'RichTextBlock', inlines: [{ type: 'TextRun' }] }]);
    expect(card.actions).toEqual([{ type: 'Action.OpenUrl', title: 'Open', url: EVENT.url }]);
  });
});

// The schemas are those of https://github.com/cdevents/spec/tree/v0.5.1/schemas
describe('a CDEvent', () => {
  const folder = join(import.meta.dirname, '../fixtures/cdevents');
  const schemas = globSync('*.json', { cwd: folder }).map(path =>
    JSON.parse(readFileSync(join(folder, path), 'utf8')),
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false, schemas });
  const schemaOf = (type: string) => {
    const found = schemas.find(({ properties }) =>
      properties?.context?.properties?.type?.enum?.includes(type),
    );
    return ajv.getSchema(found?.$id) ?? expect.fail(`no schema has ${type}`);
  };

  it.each(EVENTS)('of what was %s is as its schema has it', kind => {
    for (const event of [
      { ...EVENT, kind, reason: 'for "this"' },
      { ...EVENT, kind, url: undefined, group: undefined, repository: '/srv/gitops', images: [] },
    ]) {
      const { body, headers } = payloadOf({ to: 'cdevents' }, event);
      const value = JSON.parse(body);
      const validate = schemaOf(value.context.type);
      expect([validate(value), validate.errors]).toEqual([true, null]);
      expect(headers).toMatchObject({
        'ce-specversion': '1.0',
        'ce-id': value.context.id,
        'ce-source': value.context.source,
        'ce-type': value.context.type,
        'ce-time': value.context.timestamp,
      });
      expect(JSON.stringify(headers)).not.toContain('/srv/');
    }
  });
});
