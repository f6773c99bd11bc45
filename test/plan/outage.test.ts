import { expect, it } from 'vitest';
import type { RegistryTarget } from '../../src/environments/environments.ts';
import { outageAdvice } from '../../src/plan/outage.ts';

const REGISTRIES: readonly RegistryTarget[] = [
  { push: 'eu.example/{image}-prod', pull: 'eu.example/{image}-prod', files: [] },
  { push: 'backup.example/prod', pull: 'backup.example/prod', files: [], isBackup: true },
];

function advice(message: string, registries = REGISTRIES): string | undefined {
  return outageAdvice({ file: 'e.yaml' }, { name: 'production', registries }, message);
}

it('says what is possible without the registry, or without the backup', () => {
  expect(advice('HEAD eu.example/api-prod:1: refused')).toContain(
    'promote verify production --registry backup --file e.yaml',
  );
  expect(advice('HEAD backup.example/prod/api:1: refused')).toContain('take `backup` of production out');
});

it('says nothing of other hosts, and where there is no backup', () => {
  expect(advice('HEAD build.example/api:1: refused')).toBeUndefined();
  expect(advice('HEAD eu.example/api-prod:1: refused', REGISTRIES.slice(0, 1))).toBeUndefined();
});
