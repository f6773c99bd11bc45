import type { Http } from '../http/http.ts';
import type { Effects } from '../run/effects.ts';
import type { Io } from './io.ts';
import { askDependencyTrack } from './scan-services/dependency-track.ts';
import { askEcr } from './scan-services/ecr.ts';
import { askHarbor } from './scan-services/harbor.ts';

type Asked = Parameters<NonNullable<Effects['scanned']>>;

/** Asks a scanner's own service. Its login is in variables of this run. */
export async function askService({ env }: Pick<Io, 'env'>, http: Http, ...[service, asked]: Asked) {
  switch (service.kind) {
    case 'harbor':
      return await askHarbor(http, env, asked);
    case 'ecr':
      return await askEcr(http, env, asked);
    case 'dependency-track':
      return await askDependencyTrack(http, env, service, asked);
  }
}
