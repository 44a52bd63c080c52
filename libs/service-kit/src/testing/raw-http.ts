import { connect, type Socket } from 'node:net';
import { until } from '@manga-assist/foundation/testing';

/** A connection on which a test writes bytes of its own. */
export class RawConnection {
  readonly socket: Socket;
  #received = '';
  isClosed = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text: string) => (this.#received += text));
    this.socket.on('close', () => (this.isClosed = true));
    this.socket.on('error', () => undefined);
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** What has come since the last call, once it contains this. */
  async receive(wanted: string): Promise<string> {
    await until(`"${wanted}" on the connection`, () => this.#received.includes(wanted));
    const received = this.#received;
    this.#received = '';
    return received;
  }
}
