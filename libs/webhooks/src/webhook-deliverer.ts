/** Delivers what is due, for as long as it runs; any number of processes may. */
export abstract class WebhookDeliverer {
  abstract start(): void;
  /** Something new is due: looks soon rather than at its next look. */
  abstract nudge(): void;
  /** Begins nothing new and lets what is under way end, for at most `withinMs`. */
  abstract drain(withinMs: number): Promise<void>;
  abstract close(): Promise<void>;
}
