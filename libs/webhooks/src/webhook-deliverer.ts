/** Delivers what is due, for as long as it runs; any number of processes may. */
export abstract class WebhookDeliverer {
  abstract start(): void;
  /** Begins nothing new and lets what is under way end, for at most `withinMs`. */
  abstract drain(withinMs: number): Promise<void>;
  abstract close(): Promise<void>;
}
