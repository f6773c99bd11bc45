import { withOne } from './merge-requests.ts';
import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';
import type { MergeRequest, Note } from './world.ts';

const NOTES = 'projects/{id}/merge_requests/{noteable_id}/notes';

/** Comments on merge requests, and what GitLab itself notes there. https://docs.gitlab.com/api/notes/ */
export const MERGE_REQUEST_NOTES: readonly Route[] = [
  { method: 'POST', template: NOTES, handle: withOne(write), level: 20 },
  { method: 'GET', template: NOTES, handle: withOne(list) },
  { method: 'PUT', template: `${NOTES}/{note_id}`, handle: withOne(edit), level: 20 },
  {
    method: 'POST',
    template: 'projects/{id}/merge_requests/{noteable_id}/discussions/{discussion_id}/notes',
    handle: withOne(reply),
    level: 20,
  },
];

/**
 * Each line that begins with a quick action is taken out, whatever follows and wherever it may be carried out; nothing
 * is written where nothing is left. `/promote` makes an epic of an issue.
 * `lib/gitlab/quick_actions/extractor.rb`, `ee/lib/ee/gitlab/quick_actions/issue_actions.rb`
 */
function write({ world, user: author, body }: Call, one: MergeRequest): Answer {
  const said = String(body.body);
  const left = said.replace(/^\/(?:promote|approve|close|merge)\b.*$/gm, '').trimEnd();
  if (left === '') return refusal(400, 'Note {:commands_only=>["Could not apply promote command."]}');
  const created_at = world.now();
  const note: Note = {
    id: one.notes.length + 1001,
    type: null,
    author,
    body: left,
    created_at,
    updated_at: created_at,
    imported: false,
  };
  one.notes.push(note);
  return ok({ ...note, system: false }, 201);
}

/** Maintainers edit what others wrote, too. https://docs.gitlab.com/user/discussions/#edit-a-comment */
function edit({ world, user, parts, body }: Call, one: MergeRequest): Answer {
  const note = one.notes.find(({ id }) => id === Number(parts[2]));
  if (note === undefined || (note.author.id !== user.id && user.access_level < 40))
    return refusal(404, '404 Not found');
  note.body = String(body.body);
  note.updated_at = world.now();
  return ok({ ...note, system: false });
}

/** A reply makes a thread of a comment, and saves it anew: `app/models/individual_note_discussion.rb`. */
function reply(call: Call, one: MergeRequest): Answer {
  const first = one.notes.find(({ id }) => id === Number(call.parts[2]));
  if (first === undefined) return refusal(404, '404 Discussion Not Found');
  const answer = write(call, one);
  Object.assign(first, { type: 'DiscussionNote', updated_at: call.world.now() });
  const made = one.notes.at(-1);
  if (answer.status === 201 && made !== undefined) made.type = 'DiscussionNote';
  return answer;
}

/** Newest first unless asked otherwise, people's and GitLab's own by their filters. */
function list(call: Call, one: MergeRequest): Answer {
  // Older servers do not know the filter, and ignore it.
  const filter = call.world.settings.hasApprovedAt ? call.query.get('activity_filter') : null;
  const own = one.systemNotes.map((made, at) => {
    const { created_at: updated_at } = made;
    return { id: at + 1, type: null, system: true, imported: false, updated_at, ...made };
  });
  const peoples = one.notes.map(note => ({ ...note, system: false }));
  const all = [...(filter === 'only_comments' ? [] : own), ...(filter === 'only_activity' ? [] : peoples)];
  const sorted = all.toSorted((a, b) => a.created_at.localeCompare(b.created_at));
  return page(call, call.query.get('sort') === 'asc' ? sorted : sorted.toReversed());
}
