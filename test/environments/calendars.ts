/** An iCalendar file of these components. */
export function calendarOf(...components: readonly string[]): string {
  return `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//acme//ops//EN\n${components.join('\n')}\nEND:VCALENDAR\n`.replace(
    /\n/g,
    '\r\n',
  );
}

/** One event; those of a calendar are one series. */
export function eventOf(properties: string): string {
  return `BEGIN:VEVENT\nUID:1@acme\nSUMMARY:year's end\n${properties}\nEND:VEVENT`;
}
