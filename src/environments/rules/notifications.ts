import type { Issue } from '../diagnostics/issue.ts';
import type { Rule } from './rule.ts';

/** What the placeholders of a message stand for. */
const PLACEHOLDERS = [
  'environment',
  'event',
  'images',
  'group',
  'plan',
  'url',
  'reason',
  'commit',
  'repository',
] as const;

const SIGNED: readonly string[] = ['webhook', 'cdevents'];

/** Notifications are about environments that exist; people read templates, and programs check signatures. */
export const notificationsAreSound: Rule = ({ file: { notifications = [] }, environmentNames }) =>
  notifications.flatMap(({ to, secret, environments = [], template }, index): readonly Issue[] => {
    const path = ['notifications', index];
    const isSigned = SIGNED.includes(to);
    return [
      ...environments.flatMap((name, at): readonly Issue[] =>
        environmentNames.has(name)
          ? []
          : [
              {
                path: [...path, 'environments', at],
                at: 'value',
                message: `no environment is named ${name}`,
              },
            ],
      ),
      ...(secret !== undefined && !isSigned
        ? [{ path: [...path, 'secret'], at: 'key' as const, message: `${to} checks no signature` }]
        : []),
      ...(template !== undefined && isSigned
        ? [{ path: [...path, 'template'], at: 'key' as const, message: `${to} has a form of its own` }]
        : []),
      ...[...(template ?? '').matchAll(/\{([^{}]*)\}/g)].flatMap(([written, name = '']): readonly Issue[] => {
        if (PLACEHOLDERS.some(known => known === name)) return [];
        const hint = `one of ${PLACEHOLDERS.map(known => `{${known}}`).join(', ')}`;
        return [{ path: [...path, 'template'], at: 'value', message: `no placeholder ${written}`, hint }];
      }),
    ];
  });
