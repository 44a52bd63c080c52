/** The `data:` payloads of a server-sent event stream, as they arrive: one batch for each network chunk. */
export async function* readServerSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    rest = events.pop() ?? '';
    const batch = events.flatMap(dataOf);
    if (batch.length > 0) yield batch;
  }
  const last = dataOf(rest + decoder.decode());
  if (last.length > 0) yield last;
}

function dataOf(event: string): string[] {
  const lines = event.split(/\r?\n/).flatMap((line) => (line.startsWith('data:') ? [line.slice(5).replace(/^ /, '')] : []));
  return lines.length > 0 ? [lines.join('\n')] : [];
}
