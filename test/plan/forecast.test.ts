import { expect, it } from 'vitest';
import { forecast, type Load, scaledLoad } from '../../src/plan/forecast.ts';
import { forecastBlocks } from '../../src/reports/forecast.ts';
import { render } from '../../src/reports/render.ts';

const LOAD: Load = {
  images: 10,
  bytes: 1_000_000_000,
  registries: [
    {
      registry: 'docker.io',
      requests: 100,
      ending: 0,
      pulls: 30,
      width: 8,
      limit: { limit: 200, remaining: 20, window: 21_600 },
    },
    { registry: 'registry.example', requests: 800, ending: 400, pulls: 40, width: 8 },
  ],
  groups: 1,
  groupsGrow: false,
  forge: 'github',
};

it('grows with the images, but for groups that hold all of them', () => {
  const scaled = scaledLoad(LOAD, 50_000);
  expect(scaled).toMatchObject({ images: 50_000, bytes: 5_000_000_000_000, groups: 1 });
  expect(scaled.registries.map(({ requests }) => requests)).toEqual([500_000, 4_000_000]);
  expect(scaledLoad({ ...LOAD, groups: 10, groupsGrow: true }, 50_000).groups).toBe(50_000);
  expect(scaledLoad({ ...LOAD, images: 0 }, 50_000).images).toBe(0);
});

it('shares out what shards do, and leaves the last run what it has to do', () => {
  const { times } = forecast(scaledLoad(LOAD, 50_000));
  const [one, , , eight] = times;
  // One machine is bound by its network: 5 TB at 100 MB/s.
  expect(one).toMatchObject({ shards: 1, seconds: 50_000 });
  // An eighth of that, and 2 million requests of the last run at 20 ms, 8 at a time.
  expect(eight).toEqual({ shards: 8, seconds: 6_250 + 5_000, ending: 5_000 });
  const wider = { ...LOAD, registries: LOAD.registries.map(each => ({ ...each, width: 64 })) };
  expect(forecast(scaledLoad(wider, 50_000)).times[3]?.ending).toBe(625);
});

it('names the limits that are exceeded, and those that nobody names', () => {
  const { limits, forgeRequests } = forecast(LOAD);
  expect(limits.map(({ kind }) => kind)).toEqual(['exceeded', 'unknown', 'kept']);
  expect(limits[0]?.text).toContain('6 h more');
  expect(forgeRequests).toBe(14);
  const many = forecast({ ...LOAD, groups: 100 });
  expect(many.limits[2]).toMatchObject({ kind: 'exceeded', text: expect.stringContaining('GitHub App') });
  expect(forecast({ ...LOAD, forge: undefined }).forgeRequests).toBe(0);
});

it('tells what it takes for granted, and nothing of a plan without images', () => {
  const shown = (load: Load) => render({ blocks: forecastBlocks(forecast(load)), json: {} }, 'text', false);
  expect(shown(LOAD)).toContain('20 ms a request');
  expect(shown(LOAD)).toContain('1000 MB to copy');
  expect(shown({ ...LOAD, images: 0 })).toContain('nothing is known');
});
