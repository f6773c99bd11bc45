import { benchCopy } from './copy.ts';

await benchCopy();
