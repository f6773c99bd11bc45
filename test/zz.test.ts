import { it } from 'vitest';
import { bundled } from './built/bundled.ts';
it('x', async () => {
  const { outputs } = (await bundled()).metafile;
  const seen = new Set<string>();
  const walk = (p: string) => { if (seen.has(p)) return; seen.add(p); for (const i of outputs[p]?.imports ?? []) if (i.kind === 'import-statement') walk(i.path); };
  for (const s of ['src/cli/bin.ts', 'src/cli/main.ts', 'src/cli/apply.ts', 'src/environments/parse.ts', 'src/http/dispatcher.ts']) walk(Object.keys(outputs).find(p => outputs[p]?.entryPoint === s) ?? '');
  let sum = 0; for (const p of seen) sum += outputs[p]?.bytes ?? 0;
  console.log('BASE', sum);
  const e = Object.keys(outputs).find(p => outputs[p]?.entryPoint === 'src/git/executable/open.ts') ?? '';
  const own = new Set<string>(); const w2 = (p: string) => { if (own.has(p) || seen.has(p)) return; own.add(p); for (const i of outputs[p]?.imports ?? []) if (i.kind === 'import-statement') w2(i.path); };
  w2(e);
  for (const p of own) console.log(p, outputs[p]?.bytes, Object.entries(outputs[p]?.inputs ?? {}).map(([k, v]) => `${k}:${v.bytesInOutput}`).join(' '));
  for (const n of ['src/apply/checks/checks.ts', 'src/forges/github/checked-commits.ts', 'src/apply/soaks.ts']) { own.clear(); w2(Object.keys(outputs).find(p => outputs[p]?.entryPoint === n) ?? ''); let t = 0; for (const p of own) t += outputs[p]?.bytes ?? 0; console.log(n, t); }
});
