import { GIT } from '../git/fixture.ts';
import { forgeSuite } from './forge-suite.ts';
import { gitlabPlace } from './gitlab-fixture.ts';

if (GIT !== undefined) {
  forgeSuite('GitLab', gitlabPlace());
  forgeSuite('GitLab, with a job token', gitlabPlace({ tokenKind: 'job' }));
}
