import { GIT } from '../git/fixture.ts';
import { forgejoPlace } from './forgejo-place.ts';
import { gitPlace } from './git-place.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';
import { reviewSuite } from './review-suite.ts';

reviewSuite('GitHub', githubPlace);
if (GIT !== undefined) {
  reviewSuite('GitLab', gitlabPlace);
  reviewSuite('Forgejo', forgejoPlace);
  reviewSuite('plain Git', gitPlace);
}
