// A tiny process for the supervisor's tests. Arguments:
//   serve <port>   answers 200 on /readyz        task           ends with exit code 0
//   crash          prints two lines, exits 3     stubborn <port> serves, and does not listen to SIGTERM
//   clinging <port> serves, and cannot exit by itself
//   family <port>  serves, and starts a child of its own that outlives a polite stop
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const [behaviour, port] = process.argv.slice(2);

const serve = () =>
  createServer((_request, response) => response.end('ok')).listen(Number(port), '127.0.0.1', () => {
    console.log(JSON.stringify({ level: 30, time: Date.now(), pid: process.pid, msg: 'listening', pids: [process.pid] }));
  });

switch (behaviour) {
  case 'serve':
    serve();
    process.on('SIGTERM', () => {
      console.log('stopping');
      process.exit(0);
    });
    break;
  case 'task':
    console.log('task runs');
    break;
  case 'crash':
    console.log('first line');
    console.error('the reason');
    process.exitCode = 3;
    break;
  case 'clinging':
    serve();
    process.on('SIGTERM', () => process.exit(0));
    process.on('exit', () => {
      for (;;); // a last flush that never succeeds
    });
    break;
  case 'stubborn':
    process.on('SIGTERM', () => console.log('not listening to SIGTERM'));
    serve();
    break;
  case 'family': {
    const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("child is here")'], { stdio: 'inherit' });
    console.log(JSON.stringify({ level: 30, time: Date.now(), msg: 'started a child', pids: [child.pid] }));
    serve();
    break;
  }
}
