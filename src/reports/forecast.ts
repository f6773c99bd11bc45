import type { Forecast } from '../plan/forecast.ts';
import { type Block, heading, line, phrase } from './document.ts';

/** What a plan needs, how long it takes, and what prevents it. */
export function forecastBlocks(forecast: Forecast | undefined): readonly Block[] {
  if (forecast === undefined) return [];
  const { images, bytes, pace, requests, forgeRequests, times, limits } = forecast;
  if (images === 0)
    return [line(phrase('forecast:'), phrase('no image is planned, so nothing is known', 'quiet'))];
  const asked = requests.map(each => `${each.requests} to ${each.registry}`);
  const forge = forgeRequests === 0 ? [] : [`${forgeRequests} to the forge`];
  const paceText = `at ${pace.latency} ms a request and ${megabytes(pace.bytesPerSecond)} a second for each machine, which nothing here has measured`;
  return [
    heading(phrase(`forecast for ${images} ${images === 1 ? 'image' : 'images'}:`)),
    line(phrase(`${megabytes(bytes)} to copy; about ${[...asked, ...forge].join(', ')} requests`)),
    {
      kind: 'table',
      head: ['shards', 'about', 'of it the last run'],
      rows: times.map(({ shards, seconds, ending }) => [
        phrase(String(shards)),
        phrase(duration(seconds)),
        phrase(duration(ending), 'quiet'),
      ]),
    },
    line(phrase(paceText, 'quiet')),
    ...limits.map(({ kind, text }) => line(phrase(text, kind === 'exceeded' ? 'bad' : 'quiet'))),
    line(
      phrase(
        'images of shards have no tag for as long: a clean-up must leave untagged ones well beyond it',
        'quiet',
      ),
    ),
  ];
}

function megabytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 10_000_000_000
    ? `${Math.ceil(bytes / 1_000_000)} MB`
    : `${Math.ceil(bytes / 1_000_000_000)} GB`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
