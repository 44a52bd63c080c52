import { asString, isObject } from '../messages/json.ts';
import type { Conversation, ToolOutcome } from './conversation.ts';
import { describedIn, seriesIn, type Series } from './series.ts';
import { toolsByRole, type Role } from './tools/tool-roles.ts';

export interface Failure {
  /** `not-found`: the tool looked and there is nothing; `refused`: the arguments; `unavailable`: everything else. */
  kind: 'not-found' | 'refused' | 'unavailable';
}

export interface Finding {
  outcome: ToolOutcome;
  failure?: Failure;
}

/** What the tools, or the catalogue in the prompt, have said about this question so far. */
export interface Findings {
  hasSearched: boolean;
  searchFailure?: Failure;
  series: Series[];
  availability: Finding[];
  orders: Finding[];
  others: Finding[];
}

export function readFindings(conversation: Conversation): Findings {
  const roles = toolsByRole(conversation.tools);
  const roleOf = (name: string): Role | undefined => (Object.keys(roles) as Role[]).find((role) => roles[role]?.name === name);
  const findings: Findings = { hasSearched: false, series: [], availability: [], orders: [], others: [] };
  for (const outcome of conversation.outcomes) {
    const failure = failureOf(outcome);
    const finding: Finding = failure ? { outcome, failure } : { outcome };
    const role = roleOf(outcome.name);
    if (role === 'order') findings.orders.push(finding);
    else if (role === 'availability') findings.availability.push(finding);
    else if (role) readSearch(finding, conversation, findings);
    else findings.others.push(finding);
  }
  if (conversation.catalogue !== undefined) {
    findings.hasSearched = true;
    findings.series.push(...seriesIn(describedIn(conversation.catalogue, conversation.language)));
  }
  return findings;
}

function readSearch({ outcome, failure }: Finding, conversation: Conversation, findings: Findings): void {
  findings.hasSearched = true;
  if (failure) {
    if (failure.kind !== 'not-found') findings.searchFailure = failure;
    return;
  }
  findings.series.push(...seriesIn(describedIn(outcome.content, conversation.language)));
}

function failureOf({ content, isError }: ToolOutcome): Failure | undefined {
  const error = isObject(content) ? (content['error'] ?? (content['status'] === 'error' ? content : undefined)) : undefined;
  if (!isError && error === undefined) return undefined;
  const code = isObject(error) ? (asString(error['code']) ?? asString(error['message']) ?? '') : `${asString(error) ?? ''} ${JSON.stringify(content) ?? ''}`;
  if (/not[ _-]?found|no such|存在しません|見つかりません/i.test(code)) return { kind: 'not-found' };
  return { kind: /invalid|argument|required|pattern/i.test(code) ? 'refused' : 'unavailable' };
}
