import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom the image runs as. */
export const USER = 65532;
const HOME = 'home/promote';
/** Words of busybox that scripts of CI jobs use. */
const WORDS =
  '[ awk base64 basename cat chmod cp cut date dirname echo env false find grep gzip head id ln ls mkdir mktemp mv printf readlink realpath rm sed sh sha256sum sleep sort tail tar tee test touch tr true uname wc whoami xargs'.split(
    ' ',
  );
/** What nobody reads there. */
const LEFT_OUT = [
  'usr/share/man',
  'usr/share/locale',
  'usr/share/info',
  'usr/share/lintian',
  'usr/share/bash-completion',
  'usr/share/gitweb',
  'usr/share/perl5',
  'usr/share/bug',
  'var',
  'etc/cron.daily',
];

/** Lays out the image's file system in a new directory: Debian's packages, the executable and its licences. */
export async function layOut(
  directory: string,
  archives: readonly string[],
  executable: string,
  licenses: string,
): Promise<void> {
  const at = (path: string) => join(directory, path);
  for (const path of [
    'usr/bin',
    'usr/sbin',
    'usr/lib',
    'usr/lib64',
    'etc/ssl/certs',
    'dev',
    'proc',
    'sys',
    HOME,
  ])
    await mkdir(at(path), { recursive: true });
  // Debian's own layout since its release 12.
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${name}`, at(name));
  const extract = 'for archive; do dpkg-deb --extract "$archive" "$0"; done';
  await run('sh', ['-e', '-c', extract, directory, ...archives]);
  for (const path of LEFT_OUT) await rm(at(path), { recursive: true, force: true });
  // Of the documentation what the licences ask for.
  await run('find', [at('usr/share/doc'), '!', '-type', 'd', '!', '-name', 'copyright', '-delete']);
  await mkdir(at('usr/share/doc/promote'));
  await writeFile(at('usr/share/doc/promote/copyright'), licenses);
  for (const word of WORDS) await symlink('busybox', at(`usr/bin/${word}`)).catch(unlessThere);
  await copyFile(executable, at('usr/bin/promote'));
  await chmod(at('usr/bin/promote'), 0o755);
  await writeFile(at('etc/ssl/certs/ca-certificates.crt'), await certificates(directory));
  await writeFile(
    at('etc/passwd'),
    `root:x:0:0:root:/root:/bin/sh\npromote:x:${USER}:${USER}::/${HOME}:/bin/sh\n`,
  );
  // A CI's runner makes the checkout as another user.
  await writeFile(at('etc/gitconfig'), '[safe]\n\tdirectory = *\n');
  await writeFile(at('etc/group'), `root:x:0:\npromote:x:${USER}:\n`);
  await mkdir(at('tmp'));
  await chmod(at('tmp'), 0o1777);
  for (const path of ['etc/ssl/certs/ca-certificates.crt', 'etc/passwd', 'etc/group', 'etc/gitconfig'])
    await chmod(at(path), 0o644);
  for (const path of [
    '',
    'usr',
    'usr/bin',
    'etc',
    'etc/ssl',
    'etc/ssl/certs',
    'dev',
    'proc',
    'sys',
    'home',
    HOME,
  ])
    await chmod(at(path), 0o755);
}

/** Writes the layer; the same files give the same bytes, whoever packs them and when. */
export async function pack(directory: string, tar: string): Promise<void> {
  const same = ['--sort=name', '--mtime=@0', '--format=gnu', '--numeric-owner', '--directory', directory];
  const root = ['--owner=0', '--group=0', `--exclude=./${HOME}`];
  await run('tar', ['--create', '--file', tar, ...same, ...root, '.']);
  await run('tar', ['--append', '--file', tar, ...same, `--owner=${USER}`, `--group=${USER}`, `./${HOME}`]);
}

/** Every certificate that Debian takes from Mozilla, in one file, as `update-ca-certificates` writes it. */
async function certificates(directory: string): Promise<string> {
  const place = join(directory, 'usr/share/ca-certificates/mozilla');
  const files = (await readdir(place)).filter(file => file.endsWith('.crt')).sort();
  return (await Promise.all(files.map(file => readFile(join(place, file), 'utf8')))).join('');
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
