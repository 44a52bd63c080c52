/** Every error body of every HTTP service: RFC 9457 problem+json with the customer's `error` and `details`. */
export interface ProblemResponse {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  /** Stable and dotted, such as `bedrock.throttled`. */
  code: string;
  request_id: string;
  retryable: boolean;
  error: string;
  details: { path: string; message: string }[];
}
