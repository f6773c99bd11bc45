import { GIT } from '../git/fixture.ts';
import { forgeSuite } from './forge-suite.ts';
import { forgejoPlace } from './forgejo-fixture.ts';

if (GIT !== undefined) forgeSuite('Forgejo', forgejoPlace());
