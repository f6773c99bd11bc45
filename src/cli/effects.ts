import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { CommitSigning } from '../environments/commits.ts';
import type { Deployment, Environments, Signing } from '../environments/environments.ts';
import { evidenceRepositories } from '../environments/evidence-repositories.ts';
import { PromoteError } from '../errors.ts';
import type { OpenedForge } from '../forges/forge.ts';
import type { SignCommit } from '../git/author.ts';
import type { Http } from '../http/http.ts';
import type { HostRules } from '../registry/auth/host-rules.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Effects, OurSigning } from '../run/effects.ts';
import { type SeenChange, watched } from '../run/notify/watch.ts';
import type { Trust } from '../signing/trust.ts';
import { trustedRootDigest } from '../signing/trusted-root-digest.ts';
import { answering } from './answering.ts';
import { assertCommenter } from './commenter.ts';
import { type LoadedEnvironments, loadEnvironments } from './environments-file.ts';
import { createForges, type Forges } from './forges.ts';
import { gitRepositories } from './git.ts';
import type { Io } from './io.ts';
import { openHttp } from './open-http.ts';
import type { OpenedRepository } from './opened-repository.ts';
import { policyVersions } from './policy-versions.ts';
import { loadSigning } from './signing.ts';
import { specialHosts } from './special-hosts.ts';
import { startingAt } from './starting-at.ts';
import { openStores } from './stores.ts';
import { loadTrust } from './trust.ts';
import { untilEnded } from './until-ended.ts';

/** Runs a command with all effects on the outside world, built from the process and the environments file. */
export async function withEffects<T>(
  io: Io,
  file: string,
  command: (effects: Effects, environments: Environments, open: Opened) => Promise<T>,
): Promise<T> {
  return await untilEnded(io, (live, end) => openEffects(live, file, command, end));
}

async function openEffects<T>(
  io: Io,
  file: string,
  command: (effects: Effects, environments: Environments, open: Opened) => Promise<T>,
  end: () => void,
): Promise<T> {
  const http = openHttp(io);
  const git = gitRepositories(io, http);
  const forges = createForges(io, http, git);
  let registryHttp: Http | undefined;
  try {
    await assertCommenter(io, forges.own);
    const loaded = await loadEnvironments(
      io,
      file,
      async location => (await forges.open(location)).repository,
    );
    // Scan reports are short-lived: without this flag V8 reserves a hundred megabytes for them.
    if (hasReports(loaded.environments)) setFlagsFromString('--semi-space-growth-factor=1');
    const hosts = await specialHosts(io, loaded);
    // Settings of registries' hosts are for registries alone: forges are used before the settings are known.
    if (hosts !== undefined) registryHttp = openHttp(io, hosts.connections);
    const settings = { hosts, evidence: evidenceRepositories(loaded.environments) };
    const stores = await openStores(io, registryHttp ?? http, loaded.directory, settings);
    const open: Opened = {
      http: registryHttp ?? http,
      hosts: hosts?.rules,
      deployment: deployment => openDeployment(loaded, forges, deployment),
    };
    const scanned: Effects['scanned'] = async (...asked) =>
      await (await import('./scanned.ts')).askService(io, open.http, ...asked);
    const { cwd, env, signal } = io;
    const pods: Effects['pods'] = async cluster =>
      await (await import('../commands/running/cluster.ts')).listClusterPods({
        cwd,
        env,
        signal,
        ...cluster,
      });
    const builds: Effects['builds'] = async (...asked) =>
      await (await import('./builds.ts')).openRebuilds(io, http, ...asked);
    const effects = {
      ...stores,
      ...effectsOf(io, loaded, forges, http),
      builds,
      answer: answering(open.http),
      scanned,
      pods,
    };
    return await command(effects, loaded.environments, open);
  } finally {
    end();
    await forges.close();
    await git.close();
    await registryHttp?.close();
    await http.close();
  }
}

function hasReports({ environments }: Environments): boolean {
  return environments.some(({ gates }) => gates.vulnerabilities !== undefined);
}

/** The clients behind the effects, for a command that checks them. */
export interface Opened {
  /** The client for registries. */
  readonly http: Http;
  readonly hosts: HostRules | undefined;
  readonly deployment: (deployment: Deployment) => Promise<OpenedRepository>;
}

function effectsOf(
  io: Io,
  loaded: LoadedEnvironments,
  forges: Forges,
  http: Http,
): Omit<Effects, 'store' | 'pullLimits' | 'progress'> {
  const signings = new Map<Signing, Promise<OurSigning>>();
  const commitSigners = new Map<CommitSigning, Promise<SignCommit>>();
  const trusts = new Map<AcceptedSigner, Promise<Trust>>();
  const log = (text: string) => io.stderr.write(`${neutralise(text)}\n`);
  const missing = new Set<string>();
  const changes: SeenChange[] = [];
  const begin = startingAt(loaded.from);
  const onForge = async <Part>(deployment: Deployment, part: (opened: OpenedForge) => Part) => {
    const opened = await openDeployment(loaded, forges, deployment);
    return opened.forge === undefined ? undefined : part(opened);
  };
  return {
    repository: async deployment => begin((await openDeployment(loaded, forges, deployment)).repository),
    forge: async deployment => {
      const opened = await openDeployment(loaded, forges, deployment);
      if (opened.forge !== undefined) return watched(opened.forge, change => changes.push(change));
      if (opened.missing !== undefined && !missing.has(opened.missing))
        log(`${opened.missing}: promotions end on a branch, without a pull request`);
      missing.add(opened.missing ?? '');
      return undefined;
    },
    shownOn: async deployment => await onForge(deployment, opened => opened),
    deployments: async deployment => await onForge(deployment, opened => opened.deployments),
    issues: async deployment => await onForge(deployment, opened => opened.issues),
    compare: forges.compare,
    releaseNotes: forges.releaseNotes,
    runApprovals: forges.runApprovals,
    saidInFirstAttempt: forges.saidInFirstAttempt,
    environmentProtection: (name, deployment) =>
      forges.environmentProtection(name, () => openDeployment(loaded, forges, deployment)),
    runAskers: forges.runAskers,
    signing: signing => {
      const known = signings.get(signing) ?? loadSigning({ io, http, read: loaded.read }, signing);
      signings.set(signing, known);
      return known;
    },
    commitSigner: signing => {
      const known = commitSigners.get(signing) ?? openSigner(io, signing, loaded.read);
      commitSigners.set(signing, known);
      return known;
    },
    trust: accepted => {
      const known = trusts.get(accepted) ?? loadTrust({ io, http, read: loaded.read }, accepted);
      trusts.set(accepted, known);
      return known;
    },
    rootDigest: async path => trustedRootDigest(await loaded.read(path), path),
    policies: () => policyVersions(io, http, loaded, forges),
    notifier: {
      drain: () => changes.splice(0),
      deliver: async (...told) => await (await import('./deliver.ts')).createDeliver(io, http)(...told),
    },
    measure: io.telemetry?.measure,
    now: () => new Date(),
    log,
    signal: io.signal,
  };
}

async function openDeployment(
  { directory, home }: LoadedEnvironments,
  forges: Forges,
  { repository, forge }: Deployment,
): Promise<OpenedRepository> {
  if (repository === undefined && home === undefined) {
    const message = 'the environments file is in no Git checkout and names no deployments.repository';
    const hint = 'run git init there, or set deployments.repository';
    throw new PromoteError('CONFIGURATION', message, { hint });
  }
  const named = repository ?? home ?? directory;
  return await forges.open(/^\.{1,2}(\/|$)/.test(named) ? resolve(directory, named) : named, forge);
}

/** Opens the commit signer; its code is loaded only if commits are signed. */
async function openSigner(...asked: Parameters<OpenCommitSigner>): Promise<SignCommit> {
  return await (await import('./commit-signer.ts')).openCommitSigner(...asked);
}

type OpenCommitSigner = typeof import('./commit-signer.ts').openCommitSigner;
