import { GIT } from '../git/fixture.ts';
import { forgeSuite } from './forge-suite.ts';
import { forgejoPlace, JOB } from './forgejo-fixture.ts';

if (GIT !== undefined) {
  forgeSuite('Forgejo', forgejoPlace());
  forgeSuite("Forgejo, with a job's token", forgejoPlace(JOB));
}
