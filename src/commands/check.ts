import type { Environment, Environments } from '../environments/environments.ts';
import { checkNeededData } from '../facts/needed-scans.ts';
import { checkCalendars } from '../facts/read-calendars.ts';
import { holdFacts } from '../gates/hold.ts';
import { unwritablePath } from '../git/changes.ts';
import {
  checkEdits,
  checkFiles,
  checkImages,
  checkKeys,
  checkMentions,
  checkRecords,
  checkSpecial,
  checkTags,
  checkUnreadable,
  checkWorkflows,
  type Finding,
} from '../plan/check.ts';
import { checkGatedBranches, type GatedBranch } from '../plan/check-branch.ts';
import { checkHolds } from '../plan/check-holds.ts';
import { checkPlaceholders, isCiFile } from '../plan/check-placeholders.ts';
import { checkPullSecrets } from '../plan/check-pull-secrets.ts';
import { checkRuleFiles, checkRules } from '../plan/check-rules.ts';
import { isGated } from '../plan/protected-changes.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import type { Effects } from '../run/effects.ts';
import { observeHead, readPins } from '../run/read-pins.ts';
import { withRecords } from '../run/recorded-pins.ts';
import { remember } from '../run/remember.ts';
import { irregularPaths } from '../run/special-files.ts';
import { attempt, checkEntry, checkForge, checkRecording, checkTeams } from './check-forge.ts';
import type { PinsByEnvironment } from './doctor/check-registries.ts';
import { examine } from './doctor/examine.ts';
import type { Examiner } from './doctor/examiner.ts';
import { findHeldPins } from './held-pins.ts';

/** Checks a valid environments file against its repositories and their forges. */
export async function check(
  given: Effects,
  environments: Environments,
  examiner?: Examiner,
): Promise<readonly Finding[]> {
  const { effects } = remember(given);
  const checked = await Promise.all(
    environments.environments.map(environment =>
      checkEnvironment(effects, environments, environment, examiner),
    ),
  );
  const files = checked.flatMap(entry => entry.files ?? []);
  const [paths, pins] = [files.flatMap(entry => entry.paths), files.flatMap(entry => entry.pins)];
  return [
    ...checked.flatMap(({ findings }) => findings),
    ...checkGatedBranches(checked.flatMap(({ gated }) => gated ?? [])),
    // Files that could not be read may have pins of images that seem unpinned.
    ...(files.length < checked.length
      ? []
      : [...checkRuleFiles(environments, paths), ...checkImages(environments, pins)]),
    ...checkKeys(environments),
    ...(await checkCi(effects, environments)),
    ...(await checkRefresh(effects, environments)),
    ...(examiner === undefined ? [] : await examine(examiner, effects, environments, pinsByName(checked))),
  ];
}

function pinsByName(checked: readonly Checked[]): PinsByEnvironment {
  return new Map(checked.flatMap(({ name, files }) => (files === undefined ? [] : [[name, files.pins]])));
}

/** Checks the CI files of each repository. An unreadable one was reported with its environments. */
async function checkCi(effects: Effects, { environments }: Environments): Promise<readonly Finding[]> {
  const checked = environments.map(environment =>
    attempt(environment, async () => {
      const { repository, head } = await observeHead(effects, environment);
      const files = (await repository.list(head.commit)).filter(({ path }) => isCiFile(path));
      const texts = files.length === 0 ? new Map() : await repository.read(files.map(({ blob }) => blob));
      const found = files.flatMap(({ path, blob }) => checkPlaceholders(path, texts.get(blob) ?? ''));
      return { name: repository.name, found };
    }),
  );
  const read = (await Promise.all(checked)).flatMap(outcome => ('value' in outcome ? [outcome.value] : []));
  return [...new Map(read.map(({ name, found }) => [name, found])).values()].flat();
}

/** Checks whether a refresh writes workflows, since not every token may push those. */
async function checkRefresh(effects: Effects, { refresh }: Environments): Promise<readonly Finding[]> {
  if (refresh?.include === undefined) return [];
  const { deployment } = refresh;
  const read = await attempt({ name: 'refresh' }, async () => {
    const { repository, head } = await observeHead(effects, { name: 'refresh', deployment });
    return (await repository.list(head.commit)).map(({ path }) => path);
  });
  return 'problem' in read ? [read.problem] : checkWorkflows(refresh, read.value);
}

interface Checked {
  readonly name: string;
  /** Absent if no gate or pull request protects the branch. */
  readonly gated?: GatedBranch | undefined;
  readonly findings: readonly Finding[];
  /** Absent if the files could not be read. */
  readonly files?: { readonly paths: readonly string[]; readonly pins: readonly ImagePin[] };
}

async function checkEnvironment(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  examiner: Examiner | undefined,
): Promise<Checked> {
  const { name } = environment;
  const read = await attempt(environment, async () => {
    const { repository, head } = await observeHead(effects, environment);
    const paths = (await repository.list(head.commit)).map(({ path }) => path);
    const irregular = irregularPaths(await repository.tree(head.commit));
    const read = await readPins({ effects, environments, environment });
    const at = { effects, environments: read.environments, environment };
    const files = { ...read, pins: await withRecords(at, read.pins) };
    const found = [
      ...checkMentions(environment, files.mentions),
      ...checkUnreadable(environment, files.unreadable),
      ...checkSpecial(environment, files.special),
      ...(await checkCalendars({ effects, environment, files })),
      ...(await checkNeededData({ environment, files })),
      ...checkRules(environments, readableTexts(files)),
      ...checkPullSecrets(environments, environment, readableTexts(files)),
      // Without signing there are no records at all, which the findings of the edits report.
      ...(environment.signing === undefined ? [] : checkRecords(environments, environment, files.pins)),
      ...checkHolds(environment, files.pins, {
        held: holdFacts(environment, files.holds),
        now: effects.now(),
        file: environments.file,
        pinned: await findHeldPins(effects, environments, environment, files),
      }),
    ];
    return { repository: repository.name, branch: head.branch, paths, irregular, files, found };
  });
  if ('problem' in read) return { name, findings: [read.problem] };
  const { repository, branch, paths, irregular, files, found } = read.value;
  const { pins, texts, environments: whole } = files;
  const edits = await attempt(environment, async () =>
    checkEdits(whole, environment, texts, pins, unwritablePath),
  );
  const rules = await attempt(environment, async () =>
    checkForge({ effects, environment, branch, pins, examiner }),
  );
  const findings = 'problem' in rules ? [rules.problem] : rules.value;
  const teams = await checkTeams(effects, environment);
  const protection = [
    ...(await checkEntry(effects, environment)),
    ...(await checkRecording(effects, environment)),
  ];
  const isProposed = environment.commit === 'pull-request' && isGated(environment);
  return {
    name,
    gated: isProposed ? { name, repository, branch } : undefined,
    findings: [
      ...checkFiles(environment, paths, pins, files.unreadable, irregular),
      ...checkTags(environment),
      ...found,
      ...('problem' in edits ? [edits.problem] : edits.value),
      ...findings,
      ...teams,
      ...protection,
    ],
    ...(files.unreadable.length === 0 && { files: { paths, pins } }),
  };
}

function readableTexts({ texts, unreadable }: PinnedFiles): ReadonlyMap<string, string> {
  const unread = new Set(unreadable.map(({ file }) => file));
  return new Map([...texts].filter(([file]) => !unread.has(file)));
}
