import { GIT } from '../git/fixture.ts';
import { githubPlace, gitPlace } from './forge-place.ts';
import { forgeSuite } from './forge-suite.ts';

if (GIT !== undefined) {
  forgeSuite('plain Git', gitPlace(GIT));
  forgeSuite('plain Git, without the executable', gitPlace(undefined));
}
forgeSuite('GitHub', githubPlace);
