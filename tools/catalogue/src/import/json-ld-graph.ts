import { createReadStream } from 'node:fs';

export interface GraphNode {
  line: number;
  text: string;
}

/** The objects of a JSON-LD file's `@graph`, one by one: the whole file is larger than a string may be. */
export async function* graphNodes(file: string): AsyncIterable<GraphNode> {
  let line = 1;
  let startLine = 1;
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let lead = '';
  let isInGraph = false;
  let text = '';
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    for (const character of chunk) {
      if (character === '\n') line++;
      if (!isInGraph) {
        lead = (lead + character).slice(-40);
        isInGraph = /"@graph"\s*:\s*\[$/.test(lead);
        continue;
      }
      if (depth > 0) text += character;
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (character === '\\') isEscaped = true;
        else if (character === '"') isInString = false;
        continue;
      }
      if (character === '"') isInString = true;
      else if (character === '{' && depth++ === 0) {
        startLine = line;
        text = '{';
      } else if (character === '}' && --depth === 0) yield { line: startLine, text };
      else if (character === ']' && depth === 0) return;
    }
  }
  if (!isInGraph) throw new Error('the file has no @graph: is it the JSON-LD of the Media Arts Database, unpacked?');
  throw new Error(`the file ends in the middle of its @graph (line ${line})`);
}
