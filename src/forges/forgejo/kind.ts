import type { ForgeKind } from '../kind.ts';
import { type ForgejoLogin, type ForgejoPlace, forgejoLogin, locateForgejo, ownInstance } from './place.ts';

/** Codeberg and other instances of Forgejo, gitea.com and other instances of Gitea. */
export const forgejo: ForgeKind<ForgejoPlace, ForgejoLogin> = {
  name: 'forgejo',
  hint: 'set PROMOTE_FORGEJO_TOKEN to an access token with the scopes write:repository, write:issue and read:user',
  locate: locateForgejo,
  login: forgejoLogin,
  open: async (...place) => (await import('./opened.ts')).openForgejo(...place),
  isBot: login => /^(?:forgejo|gitea)-actions$/.test(login),
  own: env => {
    const server = ownInstance(env);
    return server && env.GITHUB_REPOSITORY ? `${server}/${env.GITHUB_REPOSITORY}` : undefined;
  },
};
