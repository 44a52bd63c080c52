/** What a service needs before it can answer; an app provides one in its `adapters.module.ts`. */
export abstract class ReadinessChecks {
  /** Name → whether it can be used just now. A check that fails, or takes longer than a second, counts as no. */
  abstract readonly checks: Readonly<Record<string, (signal: AbortSignal) => Promise<boolean>>>;
}
