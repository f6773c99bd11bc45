import { GIT } from '../git/fixture.ts';
import { forgejoPlace } from './forgejo-place.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';
import { refreshPullsSuite } from './refresh-pulls-suite.ts';

refreshPullsSuite('GitHub', githubPlace);
if (GIT !== undefined) {
  refreshPullsSuite('GitLab', gitlabPlace);
  refreshPullsSuite('Forgejo', forgejoPlace);
}
