import { GIT } from '../git/fixture.ts';
import { gitPlace } from './git-place.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';
import { refreshSuite } from './refresh-suite.ts';

refreshSuite('GitHub', githubPlace);
if (GIT !== undefined) {
  refreshSuite('GitLab', gitlabPlace);
  refreshSuite('plain Git', gitPlace);
}
