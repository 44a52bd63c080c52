/** A server of the local stack that accepts connections. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:4567`. */
  url: string;
  port: number;
  /** Ends open connections too, in well under a second. */
  close(): Promise<void>;
}
