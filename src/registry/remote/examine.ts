import { PromoteError, rethrowDefect } from '../../errors.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import { loginText } from '../auth/credentials-file.ts';
import { parseErrors } from '../registry-error.ts';
import { openRegistry, type RegistryClient, type RemoteContext, unexpected } from './client.ts';
import { headManifest } from './manifests.ts';
import { probeUpload } from './probe-upload.ts';
import { askReferrers } from './referrers.ts';
import { pulling, pullScope, pushScope, type RemoteRepository, urlIn } from './repository.ts';

/** The questions about one repository. */
export interface Examined {
  readonly repository: RepositoryName;
  /** An image that deployment files pin there. */
  readonly digest?: Digest | undefined;
  /** Whether promotions write there. */
  readonly isTarget: boolean;
  /** A source repository of promotions in the same registry. */
  readonly from?: RepositoryName | undefined;
  /** The repository of its evidence, if that is another one. */
  readonly evidence?: RepositoryName | undefined;
}

/** `unknown`: the request was not refused, but nothing shows that it is allowed. */
export type Answer =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no'; readonly error: PromoteError }
  | { readonly kind: 'unknown' };

/** What the registry answers about one repository. */
export interface Examination extends Examined {
  /** The login's name; `undefined` without a login. */
  readonly login: string | undefined;
  /** Milliseconds that the registry's clock is ahead, to a second; `undefined` if it shows no time. */
  readonly ahead: number | undefined;
  readonly list: Answer | { readonly kind: 'empty' };
  readonly pull: Answer;
  /** `undefined` where promotions do not write there. */
  readonly push: Answer | undefined;
  readonly mount: Answer | undefined;
  readonly referrers: 'api' | 'fallback' | 'unknown';
}

/** Finds out what a login may do in a repository; throws if the registry cannot be reached. */
export type Examine = (examined: Examined) => Promise<Examination>;

/** The context of the examination. */
export interface Examiner extends RemoteContext {
  /** Whether to begin and cancel an upload, because a token need not say that it may push. */
  readonly writeProbe: boolean;
  /** Milliseconds since 1970. */
  readonly time: () => number;
}

/** A digest that no image has. Registries answer for it as for any image. */
const NOTHING = digestOf(new Uint8Array());

/** Opens the registries. Only `writeProbe` writes, and it leaves nothing behind. */
export function openExaminer(context: Examiner): Examine {
  const clients = new Map<string, RegistryClient>();
  return async examined => {
    const { repository: name, digest = NOTHING, isTarget, from } = examined;
    const host = registryOf(name);
    const client = clients.get(host) ?? openRegistry(host, context);
    clients.set(host, client);
    const repository = { name, client };
    const { list, ahead } = await askList(repository, context.time);
    const isShown = list.kind === 'yes' || list.kind === 'empty';
    const pull = await answerOf(
      async () => (await headManifest(repository, digest)) !== undefined || isShown,
    );
    const referrers = pull.kind === 'no' ? 'unknown' : await apiOf(repository, digest);
    const push = isTarget ? await askPush(repository, context.writeProbe) : undefined;
    const mount = from === undefined ? undefined : await askMount(repository, from, context.writeProbe);
    const credential = await context.credentials(name);
    const login = credential && loginText(credential).replace(/^(?:as|with) /, '');
    return { ...examined, login, ahead, list, pull, push, mount, referrers };
  };
}

async function askList(
  repository: RemoteRepository,
  time: () => number,
): Promise<Pick<Examination, 'list' | 'ahead'>> {
  const request = pulling(repository, {
    operation: `list tags of ${repository.name}`,
    method: 'GET',
    url: urlIn(repository, 'tags/list?n=1'),
  });
  let ahead: number | undefined;
  const asked = async () => {
    const answer = await repository.client.send(request);
    const date = Date.parse(answer.headers.date ?? '');
    ahead = Number.isNaN(date) ? undefined : date - time();
    if (answer.status === 200) return 'yes';
    if (answer.status === 404 && parseErrors(answer).some(({ code }) => code === 'NAME_UNKNOWN'))
      return 'empty';
    throw unexpected(request, answer);
  };
  try {
    return { list: { kind: await asked() }, ahead };
  } catch (error) {
    rethrowDefect(error);
    return { list: refusal(error), ahead };
  }
}

async function apiOf(repository: RemoteRepository, digest: Digest): Promise<Examination['referrers']> {
  try {
    const { kind } = await askReferrers(repository, digest);
    return kind === 'listed' ? 'api' : kind === 'absent' ? 'fallback' : 'unknown';
  } catch (error) {
    rethrowDefect(error);
    refusal(error);
    return 'unknown';
  }
}

async function askPush(repository: RemoteRepository, writeProbe: boolean): Promise<Answer> {
  const { name, client } = repository;
  if (writeProbe) return await answerOf(async () => await probeUpload(repository));
  const scopes = [pushScope(name)];
  return await said(`push to ${name}`, async () =>
    client.mayBy({ operation: `push to ${name}`, repository: name, scopes }),
  );
}

async function askMount(
  repository: RemoteRepository,
  from: RepositoryName,
  writeProbe: boolean,
): Promise<Answer> {
  const { name, client } = repository;
  const operation = `mount blobs of ${from} into ${name}`;
  if (writeProbe) return await answerOf(async () => await probeUpload(repository, from));
  const scopes = [pushScope(name), pullScope(from)];
  return await said(operation, async () => client.mayBy({ operation, repository: name, scopes }));
}

/** The answer by a token's scopes, so that a missing right is known before the first write. */
async function said(operation: string, asked: () => Promise<boolean | undefined>): Promise<Answer> {
  try {
    const may = await asked();
    if (may !== false) return { kind: may === undefined ? 'unknown' : 'yes' };
    const error = new PromoteError(
      'FORBIDDEN',
      `${operation}: the token that the registry grants does not allow it`,
    );
    return { kind: 'no', error };
  } catch (error) {
    rethrowDefect(error);
    return refusal(error);
  }
}

async function answerOf(asked: () => Promise<boolean>): Promise<Answer> {
  try {
    return { kind: (await asked()) ? 'yes' : 'unknown' };
  } catch (error) {
    rethrowDefect(error);
    return refusal(error);
  }
}

/** A refusal by the registry. Other errors are thrown: the caller reports an unreachable registry once. */
function refusal(error: unknown): Answer & { readonly kind: 'no' } {
  if (!(error instanceof PromoteError) || error.code === 'UNREACHABLE' || error.code === 'CANCELLED')
    throw error;
  return { kind: 'no', error };
}
