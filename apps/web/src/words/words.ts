import type { ClosedReason, FailureCode, ModelAlias } from '../chat/chat-state.ts';

export type ToolState = 'started' | 'finished' | 'failed';

/** Everything the page says, in one language. */
export interface Words {
  title: string;
  motto: string;
  newConversation: string;
  /** For the narrowest screens; a part of the longer form. */
  newConversationShort: string;
  languageSwitch: string;
  conversation: string;
  greeting: string;
  introduction: string;
  starters: readonly string[];
  startersLabel: string;
  you: string;
  questionLabel: string;
  placeholder: string;
  hint: string;
  send: string;
  stop: string;
  stopping: string;
  modelLabel: string;
  models: Record<ModelAlias, string>;
  charactersLeft(left: number): string;
  tooManyCharacters(over: number): string;
  thinking: string;
  waitingForConnection: string;
  tools: Readonly<Record<string, Record<ToolState, string>>>;
  otherTool: Record<ToolState, string>;
  degraded(answeredBy: string): string;
  lookupsFailed: string;
  products: {
    label: string;
    more(count: number): string;
    price(yen: number): string;
    priceUnknown: string;
    soldOut: string;
    allInStock(volumes: number): string;
    someInStock(inStock: number, volumes: number): string;
    stockUnknown: string;
    /** Of one volume; 0 copies: sold out. */
    volume(volume: number, copies: number): string;
  };
  stopped: string;
  cutShort: string;
  withheld: string;
  askAgain: string;
  showLatest: string;
  connection: { connecting: string; waiting: string; closed: Record<ClosedReason, string>; reconnect: string };
  status: { answering: string; complete: string; stopped: string };
  errors: Record<FailureCode, string>;
  details: {
    summary: string;
    model: string;
    tokens: string;
    tokenCounts(input: string, output: string): string;
    cost: string;
    rounds: string;
    firstToken: string;
    latency: string;
  };
  linkOpensElsewhere: string;
}
