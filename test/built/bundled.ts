import { type Bundle, bundle } from '../../scripts/bundle.ts';

let made: Promise<Bundle> | undefined;

/** What ships, bundled once for all the suites of a process that look into it. */
export function bundled(): Promise<Bundle> {
  made ??= bundle();
  return made;
}
