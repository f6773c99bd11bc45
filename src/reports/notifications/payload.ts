import type { Notification } from '../../environments/notifications.ts';
import { escapeMarkdown } from '../markdown.ts';
import { neutralise, oneLine } from '../neutralise.ts';
import { cdevent } from './cdevents.ts';
import { eventId, type PromotionEvent } from './event.ts';
import { messageText } from './message.ts';
import type { Payload } from './posted.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** An event in the form that its receiver takes. */
export function payloadOf(
  { to, template }: Pick<Notification, 'to' | 'template'>,
  event: PromotionEvent,
): Payload {
  switch (to) {
    case 'slack':
      return plain({ text: withLink(messageText(event, template, slackText), slackLink(event.url)) });
    case 'mattermost': {
      const link = event.url && ` <${event.url}>`;
      return plain({
        text: `${messageText(event, template, text => escapeMarkdown(neutralise(text)))}${link ?? ''}`,
      });
    }
    case 'teams':
      return plain(card(messageText(event, template, oneLine), event.url));
    case 'webhook':
      return plain({ version: 1, id: eventId(event), ...event });
    case 'cdevents':
      return cdevent(event, eventId(event));
  }
}

function plain(value: object): Payload {
  return { body: JSON.stringify(value), headers: JSON_TYPE };
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function slackText(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function slackLink(url: string | undefined): string | undefined {
  return url === undefined || /[<>|\s]/.test(url) ? undefined : `<${url}>`;
}

function withLink(text: string, link: string | undefined): string {
  return link === undefined ? text : `${text} ${link}`;
}

/**
 * A card for the workflow "Send webhook alerts". Its text is never read as Markdown.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
function card(text: string, url: string | undefined): object {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] }],
    actions: url === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Open', url }],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}
