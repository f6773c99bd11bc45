import { cronFields, parseCron } from '../cron.ts';
import type { Issue } from '../diagnostics/issue.ts';
import type { Rule } from './rule.ts';

/** Refreshed images have branches of their own, under a name that no environment has. */
export const refreshIsNoEnvironment: Rule = ({ file, environmentNames }): readonly Issue[] =>
  RESERVED.filter(name => file.refresh !== undefined && environmentNames.has(name)).map(name => ({
    path: ['environments', name],
    at: 'key',
    message: `an environment named ${name} would share its branches with refreshed base images`,
    hint: 'give the environment another name',
  }));

/** Proposals are on `promote/refresh/<group>`; `promote/refresh-young` remembers images that are too young. */
const RESERVED = ['refresh', 'refresh-young'];

/** A refresh's registry is a host, perhaps with a path, and each member is in one of its groups. */
export const refreshNamesAreSound: Rule = ({ file: { refresh = {} } }) => {
  const { registries = [], groups = {} } = refresh;
  const places = registries.flatMap((place, index): readonly Issue[] =>
    /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._/-]*)?$/.test(place)
      ? []
      : [
          {
            path: ['refresh', 'registries', index],
            at: 'value',
            message: `${JSON.stringify(place)} is no registry`,
            hint: 'a registry reads docker.io or ghcr.io/acme',
          },
        ],
  );
  const seen = new Map<string, string>();
  const members = Object.entries(groups).flatMap(([group, entries]) =>
    entries.flatMap((member, index): readonly Issue[] => {
      const other = seen.get(member);
      seen.set(member, group);
      if (other === undefined) return [];
      const message = `${member} is in group ${other} already`;
      return [{ path: ['refresh', 'groups', group, index], at: 'value', message, hint: 'name it once' }];
    }),
  );
  return [...places, ...members];
};

/** Scheduled CI runs start minutes late, and would miss a window of single minutes. */
export const refreshWindowsAreHours: Rule = ({ file: { refresh = {} } }) => {
  const { schedule = [] } = refresh;
  const path = ['refresh', 'schedule'];
  const windows = Array.isArray(schedule)
    ? schedule.map((window, index) => [[...path, index], window] as const)
    : [[path, schedule] as const];
  return windows.flatMap(([at, { cron }]): readonly Issue[] => {
    const [minutes, ...hours] = cronFields(cron);
    if (minutes === '*' || parseCron(cron) === undefined) return [];
    return [
      {
        path: [...at, 'cron'],
        at: 'value',
        message: 'it is open for single minutes, which the schedule of a CI misses',
        hint: `write * for the minutes: "* ${hours.join(' ')}" is open for whole hours`,
      },
    ];
  });
};
