import { RawHttpConnection } from './raw-http.ts';

/** Kept connections to one server, one a lane. */
export class HttpLanes {
  readonly #lanes: readonly RawHttpConnection[];

  private constructor(lanes: readonly RawHttpConnection[]) {
    this.#lanes = lanes;
  }

  static async open(url: URL, count: number): Promise<HttpLanes> {
    return new HttpLanes(await Promise.all(Array.from({ length: count }, () => RawHttpConnection.open(url))));
  }

  /** Sends the request (`httpRequest`) on the lane; fails unless it is answered with 200. */
  async send(lane: number, request: Buffer): Promise<Buffer> {
    const connection = this.#lanes[lane];
    if (connection === undefined) throw new RangeError(`there is no lane ${lane}`);
    const { status, body } = await connection.send(request);
    if (status !== 200) throw new Error(`answered ${status}: ${body.toString()}`);
    return body;
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
  }
}
