import { benchCopy } from './copy.ts';
import { benchHistory } from './history.ts';
import { benchManyFiles } from './many-files.ts';
import { benchSign } from './sign.ts';

await benchCopy();
await benchSign();
await benchHistory();
await benchManyFiles();
