import { bundle, writeBundle } from './bundle.ts';
import { rollUpTypes } from './types/roll-up.ts';

const [built, types] = [await bundle(), await rollUpTypes()];
await writeBundle({ ...built, files: new Map([...built.files, ['index.d.ts', Buffer.from(types)]]) }, 'dist');
