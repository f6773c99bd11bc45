import { GIT } from '../git/fixture.ts';
import { approvalSuite } from './approval-suite.ts';
import { forgejoPlace } from './forgejo-place.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';

approvalSuite('GitHub', githubPlace);
if (GIT !== undefined) {
  approvalSuite('GitLab', gitlabPlace);
  approvalSuite('Forgejo', forgejoPlace);
}
