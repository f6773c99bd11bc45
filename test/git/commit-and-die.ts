import { openGitRepository } from '../../src/git/open.ts';

/** Makes one commit in a process of its own, which a test kills meanwhile; prints a line when it begins. */
const [directory = '', executable, parent = '', text = '', ...paths] = process.argv.slice(2);
const repository = await openGitRepository({
  location: { kind: 'checkout', directory },
  executable,
  author: { name: 'Promote', email: 'promote@example.com' },
  env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' },
});
process.stdout.write('begins\n');
await repository.commit({
  branch: 'main',
  parent,
  expected: parent,
  message: 'Promote',
  files: new Map(paths.map(path => [path, text])),
  date: new Date(0),
});
