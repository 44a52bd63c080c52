export interface ServerEvent {
  event: string;
  data: Record<string, unknown>;
}

/** Server-sent events of a whole body. */
export function eventsOf(body: string): ServerEvent[] {
  return body
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [event = '', data = ''] = block.split('\n');
      return { event: event.replace(/^event: /, ''), data: JSON.parse(data.replace(/^data: /, '')) as Record<string, unknown> };
    });
}

/** The text that the tokens make. */
export function textOf(events: readonly ServerEvent[]): string {
  return events
    .filter(({ event }) => event === 'token')
    .map(({ data }) => data.data)
    .join('');
}
