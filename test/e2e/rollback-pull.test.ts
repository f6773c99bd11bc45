import { GIT } from '../git/fixture.ts';
import { forgejoPlace } from './forgejo-place.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';
import { rollbackPullSuite } from './rollback-pull-suite.ts';

rollbackPullSuite('GitHub', githubPlace);
if (GIT !== undefined) {
  rollbackPullSuite('GitLab', gitlabPlace);
  rollbackPullSuite('Forgejo', forgejoPlace);
}
