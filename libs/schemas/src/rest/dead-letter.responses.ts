export interface DeadLetterResponse {
  message_id: string;
  dead_letter_queue: string;
  source_queue: string;
  job_id?: string;
  code: string;
  reason: string;
  /** Unix seconds. */
  sent_at: number;
  receive_count: number;
}

export interface DeadLettersResponse {
  dead_letters: DeadLetterResponse[];
  /** How many of the listed have which code. */
  by_code: Record<string, number>;
  /** What the dead-letter queues hold, as SQS counts. */
  waiting: Record<string, number>;
}

/** One message whole: the body is exactly as it was sent. */
export interface DeadLetterDetailResponse extends DeadLetterResponse {
  attributes: Record<string, string>;
  body: string;
}

export interface RedriveResponse {
  redrive_id: string;
  dry_run: boolean;
  matched: number;
  redriven: number;
  failed: number;
  messages: { message_id: string; job_id?: string; source_queue: string; code: string; outcome: 'redriven' | 'would-redrive' | 'failed' }[];
}
