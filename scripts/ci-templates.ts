import { readFileSync, writeFileSync } from 'node:fs';

/** Writes the templates that `promote init` fills into a module's reach; a test says when they are out of date. */
const read = (path: string) => readFileSync(`templates/${path}`, 'utf8');
const templates = { github: read('github/sweep.yml'), gitlab: read('pipeline.yml') };
writeFileSync('src/plan/init/ci-templates.json', `${JSON.stringify(templates, null, 2)}\n`);
