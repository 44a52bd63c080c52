import { parseArgs } from 'node:util';

export interface CommandLineOptions {
  isHelp: boolean;
  port: number;
  memoryMb: number;
  /** A program to run against the node, which then ends with it. */
  command: readonly string[];
}

/** A wrong flag or variable; the message is for the person at the terminal. */
export class UsageError extends Error {}

export const help = `Usage: opensearch-node [options] [-- command ...]

A real OpenSearch 2.19.1 node on 127.0.0.1, without Docker and without security, with k-NN, hybrid search and
Japanese analysis, from Maven Central. Needs Java 17 and Maven; the jars (about 90 MB) are fetched once.

  --port <port>     also OPENSEARCH_PORT; 0 takes any free port  (9250)
  --memory <MB>     the heap of the node                         (768)
  --help            this text

With a command, the command runs with OPENSEARCH_URL set, and the node stops after it.
Ends with 2 for wrong usage or a taken port, 75 when this machine cannot run a node, else with the command's code.
Everything in the node is forgotten when it stops. Stop it with Ctrl-C or SIGTERM.
`;

export function readOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): CommandLineOptions {
  const { values, positionals } = parsed(args);
  const number = (name: string, text: string, least: number, most: number): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) throw new UsageError(`${name} must be a number from ${least} to ${most}.`);
    return value;
  };
  return {
    isHelp: values.help ?? false,
    port: values.port === undefined ? number('OPENSEARCH_PORT', environment['OPENSEARCH_PORT'] || '9250', 0, 65_535) : number('--port', values.port, 0, 65_535),
    memoryMb: number('--memory', values.memory ?? '768', 256, 32_768),
    command: positionals,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { port: { type: 'string' }, memory: { type: 'string' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}
