import { bundle, writeBundle } from './bundle.ts';

await writeBundle(await bundle(), 'dist');
